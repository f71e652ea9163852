import { dirname, resolve } from 'node:path';
import type { Config, Extension } from '../../policy/config/config.js';
import { ConfigError } from '../../policy/config/config-error.js';
import { extendConfig, type Layer } from '../../policy/config/extend-config.js';
import { parseConfig } from '../../policy/config/parse-config.js';
import { packPolicy } from './pack-policy.js';
import { MAXIMUM_CONFIG, readBounded } from './read-bounded.js';
import { readProfile } from './read-profile.js';
import { REGISTRY_PROFILES, readRegistries } from './read-registries.js';

/** What the files and packages of a configuration are looked up by. */
export interface Surroundings {
  /** Folder of the project. */
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * A project's configuration and all that it extends, in the order of `extendConfig`.
 * @param remarks Gets what the reader must know, as in `LoadedPolicy`
 * @throws ConfigError
 */
export function loadLayers(
  path: string,
  text: string,
  around: Surroundings,
  remarks: string[],
): Promise<Layer[]> {
  const root = { id: path, folder: dirname(path), config: parseConfig(text) };
  return extendConfig(root, (extension, from) => loadExtension(extension, from, around, remarks));
}

async function loadExtension(
  extension: Extension,
  from: Layer,
  around: Surroundings,
  remarks: string[],
): Promise<Layer> {
  switch (extension.kind) {
    case 'profile':
      return {
        id: `profile ${extension.name}`,
        folder: null,
        config: loadProfile(extension.name, around, remarks),
      };
    case 'file':
      return loadFile(extension.path, from);
    case 'package': {
      const id = `${extension.name}@${extension.version}`;
      const text = await packPolicy(extension, around.project, around.environment);
      return { id, folder: null, config: withoutPaths(parseConfig(text, id), id) };
    }
  }
}

function loadFile(written: string, from: Layer): Layer {
  if (from.folder === null) {
    throw new ConfigError('not-found', `${from.id}: expected no path under extends, got ${written}`);
  }
  const path = resolve(from.folder, written);
  const text = readBounded(path, MAXIMUM_CONFIG);
  if (text === null) {
    throw new ConfigError('not-found', `expected a policy at ${path}, which ${from.id} extends, got none`);
  }
  return { id: path, folder: dirname(path), config: parseConfig(text.toString('utf8'), written) };
}

function loadProfile(name: string, { project, environment }: Surroundings, remarks: string[]): Config {
  const manager = REGISTRY_PROFILES.find((known) => known === name);
  if (manager === undefined) return readProfile(name, []);
  const registries = readRegistries(manager, project, environment);
  if (registries.length === 0) {
    remarks.push(`the profile ${name} allows nothing: no registry is set where ${name} would look for it`);
  }
  return readProfile(name, registries);
}

/** A package's policy is one file: paths in it would lead to files of whoever extends it. */
function withoutPaths(config: Config, id: string): Config {
  const path = config.threatLists[0] ?? config.countries?.database;
  if (path === undefined) return config;
  throw new ConfigError('bad-value', `${id}: expected no paths in a package's policy, got ${path}`);
}
