import { dirname, join, resolve } from 'node:path';
import type { Lock } from '../../model/lock.js';
import type { PolicyRule } from '../../model/policy.js';
import type { Config, Extension } from '../../policy/config/config.js';
import { EMPTY_CONFIG } from '../../policy/config/config.js';
import { ConfigError } from '../../policy/config/config-error.js';
import { extendConfig, type Layer } from '../../policy/config/extend-config.js';
import { CONFIG_FILE, parseConfig } from '../../policy/config/parse-config.js';
import { type ResolvedPolicy, resolvePolicy } from '../../policy/config/resolve-policy.js';
import { parseThreatList } from '../../policy/threats/parse-threat-list.js';
import { packPolicy } from './pack-policy.js';
import { readBounded } from './read-bounded.js';
import { readProfile } from './read-profile.js';
import { REGISTRY_PROFILES, readRegistries } from './read-registries.js';

/** Bytes of a configuration and of a threat list, at most: the latter is some two million lines. */
const MAXIMUM_CONFIG = 4 * 1024 * 1024;
const MAXIMUM_THREATS = 64 * 1024 * 1024;

export interface PolicySource {
  /** Folder of the project. */
  readonly project: string;
  /** Path of the configuration; null for the project's own, which need not be there. */
  readonly config: string | null;
  readonly lock: Lock | null;
  /** Paths of further threat lists. */
  readonly threatLists: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** A policy, and what its reader must know of how it came to be. */
export interface LoadedPolicy extends ResolvedPolicy {
  /** Whole sentences without a full stop: lines of a threat list that were not understood, a profile without registry. */
  readonly remarks: readonly string[];
}

/** Reads all that a run goes by. @throws ConfigError */
export async function loadPolicy(source: PolicySource): Promise<LoadedPolicy> {
  const remarks: string[] = [];
  const layers = await extendConfig(readRoot(source), loader(source, remarks));
  // A list that two configurations name is read once.
  const lists = new Map<string, string>([
    ...source.threatLists.map((path): [string, string] => [resolve(path), path]),
    ...layers.flatMap(({ folder, config }) =>
      config.threatLists.map((path): [string, string] => [resolve(folder ?? '', path), path]),
    ),
  ]);
  const threats = [...lists].flatMap(([path, label]) => readThreats(path, label, remarks));
  const countries = await readCountries(layers);
  const configs = layers.map(({ config }) => config);
  return { ...resolvePolicy(configs, source.lock, [...threats, ...countries]), remarks };
}

function readRoot({ project, config }: PolicySource): Layer {
  const path = resolve(config ?? join(project, CONFIG_FILE));
  const text = readBounded(path, MAXIMUM_CONFIG);
  if (text === null && config !== null) {
    throw new ConfigError('not-found', `expected a configuration at ${path}, got none`);
  }
  const own = text === null ? EMPTY_CONFIG : parseConfig(text.toString('utf8'));
  return { id: path, folder: dirname(path), config: own };
}

function loader(
  source: PolicySource,
  remarks: string[],
): (extension: Extension, from: Layer) => Promise<Layer> {
  return async (extension, from) => {
    switch (extension.kind) {
      case 'profile': {
        const { name } = extension;
        return { id: `profile ${name}`, folder: null, config: profile(name, source, remarks) };
      }
      case 'file': {
        if (from.folder === null) {
          throw new ConfigError(
            'not-found',
            `${from.id}: expected no path under extends, got ${extension.path}`,
          );
        }
        const path = resolve(from.folder, extension.path);
        const text = readBounded(path, MAXIMUM_CONFIG);
        if (text === null) {
          throw new ConfigError(
            'not-found',
            `expected a policy at ${path}, which ${from.id} extends, got none`,
          );
        }
        return {
          id: path,
          folder: dirname(path),
          config: parseConfig(text.toString('utf8'), extension.path),
        };
      }
      case 'package': {
        const id = `${extension.name}@${extension.version}`;
        const text = await packPolicy(extension, source.project, source.environment);
        return { id, folder: null, config: withoutFiles(parseConfig(text, id), id) };
      }
    }
  };
}

function profile(name: string, { project, environment }: PolicySource, remarks: string[]): Config {
  const manager = REGISTRY_PROFILES.find((known) => known === name);
  if (manager === undefined) return readProfile(name, []);
  const registries = readRegistries(manager, project, environment);
  if (registries.length === 0) {
    remarks.push(`the profile ${name} allows nothing: no registry is set where ${name} would look for it`);
  }
  return readProfile(name, registries);
}

/** A package's policy is one file: paths in it would lead to files of whoever extends it. */
function withoutFiles(config: Config, id: string): Config {
  const path = config.threatLists[0] ?? config.countries?.database;
  if (path === undefined) return config;
  throw new ConfigError('bad-value', `${id}: expected no paths in a package's policy, got ${path}`);
}

/** @param label The path as the user wrote it: no report holds a path of the machine */
function readThreats(path: string, label: string, remarks: string[]): readonly PolicyRule[] {
  const text = readBounded(path, MAXIMUM_THREATS);
  if (text === null) throw new ConfigError('not-found', `expected a threat list at ${path}, got none`);
  const { rules, malformed } = parseThreatList(text.toString('utf8'), `threat list ${label}`);
  const [example] = malformed.examples;
  if (example !== undefined) {
    remarks.push(
      `${malformed.count} lines of the threat list ${label} name no host that can be blocked, such as line ${example.line}: ${example.text}`,
    );
  }
  return rules;
}

async function readCountries(layers: readonly Layer[]): Promise<PolicyRule[]> {
  const rules: PolicyRule[] = [];
  for (const { folder, config } of layers) {
    if (config.countries === null) continue;
    // Few configurations name countries; the others don't wait for the reader.
    const { countryRules, MAXIMUM_DATABASE } = await import('../../policy/threats/country-rules.js');
    const { database, block } = config.countries;
    const path = resolve(folder ?? '', database);
    const bytes = readBounded(path, MAXIMUM_DATABASE);
    if (bytes === null)
      throw new ConfigError('not-found', `expected a database of countries at ${path}, got none`);
    // One after the other: as arguments, a hundred thousand of them would be more than the stack holds.
    for (const rule of countryRules(bytes, block, database)) rules.push(rule);
  }
  return rules;
}
