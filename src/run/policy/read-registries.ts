import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ConfigError } from '../../policy/config/config-error.js';
import { chooseRegistries } from '../../policy/registries/choose-registries.js';
import type { Registry } from '../../policy/registries/registry.js';
import {
  defaultOfNpm,
  defaultOfYarn,
  type RegistrySettings,
  settingsOfEnvironment,
  settingsOfNpmrc,
  settingsOfYarnrc,
  settingsOfYarnYaml,
} from '../../policy/registries/registry-settings.js';
import { readBounded } from './read-bounded.js';
import { yarnPrograms } from './yarn-programs.js';

/** Profiles that stand for a package manager. */
export const REGISTRY_PROFILES = ['npm', 'pnpm', 'yarn'] as const;
export type RegistryProfile = (typeof REGISTRY_PROFILES)[number];

/** Bytes of a file of settings, at most. */
const MAXIMUM_SETTINGS = 256 * 1024;
/** Bytes of yarn's own program, at most: it has some five million. */
const MAXIMUM_PROGRAM = 32 * 1024 * 1024;
/** Bytes of npm's own definitions, at most: they have some 100,000. */
const MAXIMUM_DEFINITIONS = 4 * 1024 * 1024;

/**
 * The registries that a package manager is set to use in a project, by the files it would read itself; it is not run.
 * Empty where nothing says so.
 */
export function readRegistries(
  manager: RegistryProfile,
  project: string,
  environment: NodeJS.ProcessEnv,
): Registry[] {
  const home = environment.HOME || homedir();
  const npmrc = (path: string | undefined): RegistrySettings =>
    settingsOfNpmrc(read(path, MAXIMUM_SETTINGS), environment);
  const yarnrc = (folder: string): RegistrySettings[] =>
    manager !== 'yarn'
      ? []
      : [
          settingsOfYarnYaml(read(join(folder, '.yarnrc.yml'), MAXIMUM_SETTINGS), environment),
          settingsOfYarnrc(read(join(folder, '.yarnrc'), MAXIMUM_SETTINGS)),
        ];
  const npm = npmFolder(environment);
  return chooseRegistries([
    settingsOfEnvironment(environment),
    ...yarnrc(project),
    npmrc(join(project, '.npmrc')),
    ...yarnrc(home),
    npmrc(environment.npm_config_userconfig || join(home, '.npmrc')),
    // What `pnpm config set` writes (pnpm documentation, "pnpm config"); of the form of an .npmrc.
    ...(manager === 'pnpm'
      ? [npmrc(join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'pnpm', 'rc'))]
      : []),
    npmrc(environment.npm_config_globalconfig || join(dirname(dirname(process.execPath)), 'etc', 'npmrc')),
    ...(npm === null ? [] : [npmrc(join(npm, 'npmrc')), ...(manager === 'yarn' ? [] : [npmDefault(npm)])]),
    ...(manager === 'yarn' ? [yarnDefault(project, home, environment)] : []),
  ]);
}

/** What yarn has for those who set nothing, by its own program, which is read and not run. */
function yarnDefault(project: string, home: string, environment: NodeJS.ProcessEnv): RegistrySettings {
  const signs = {
    manifest: read(join(project, 'package.json'), MAXIMUM_SETTINGS),
    yarnrcYml: read(join(project, '.yarnrc.yml'), MAXIMUM_SETTINGS),
    yarnrc: read(join(project, '.yarnrc'), MAXIMUM_SETTINGS),
  };
  for (const path of yarnPrograms(project, home, environment, signs)) {
    const url = defaultOfYarn(read(path, MAXIMUM_PROGRAM));
    if (url !== null) return new Map([['', url]]);
  }
  return new Map();
}

/** The folder of the npm that the command would find. */
function npmFolder(environment: NodeJS.ProcessEnv): string | null {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'npm');
    // npm's program lies in its folder `bin`, and a link leads there.
    if (folder !== '' && existsSync(path)) return dirname(dirname(realpathSync(path)));
  }
  return null;
}

function npmDefault(npm: string): RegistrySettings {
  const definitions = join(npm, 'node_modules', '@npmcli', 'config', 'lib', 'definitions', 'definitions.js');
  const url = defaultOfNpm(read(definitions, MAXIMUM_DEFINITIONS));
  return new Map(url === null ? [] : [['', url]]);
}

/** What can't be read says nothing: the package manager itself will complain. */
function read(path: string | undefined, most: number): string {
  if (path === undefined) return '';
  try {
    return readBounded(path, most)?.toString('utf8') ?? '';
  } catch (error) {
    if (error instanceof ConfigError) return '';
    throw error;
  }
}
