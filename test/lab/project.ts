import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANAGERS, type ManagerName } from './managers.js';
import { GIT_PACKAGE, WORKSPACE_PACKAGE } from './packages.mjs';

export interface Project {
  readonly folder: string;
  /** What installs it. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
}

const REGISTRY = 'http://registry.lab.example/';

/** Makes a project that a package manager installs from the lab's registry. */
export function makeProject(
  folder: string,
  manager: { readonly name: ManagerName; readonly program: string },
  manifest: Manifest,
): Project {
  mkdirSync(folder, { recursive: true });
  const { kind } = MANAGERS[manager.name];
  const state = `${folder}-state`;
  const whole = { name: 'corpus', version: '1.0.0', private: true, ...manifest };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(whole, null, 2));
  for (const workspace of manifest.workspaces ?? []) writeFiles(join(folder, workspace), WORKSPACE_PACKAGE);
  const run = (...args: string[]): Pick<Project, 'folder' | 'command'> => ({
    folder,
    command: ['node', manager.program, ...args],
  });
  const home = { HOME: state, XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state, XDG_DATA_HOME: state };
  mkdirSync(state, { recursive: true });
  switch (kind) {
    case 'npm':
      return {
        ...run('install', '--no-audit', '--no-fund', '--no-update-notifier', '--foreground-scripts=false'),
        env: {
          ...home,
          ...nodeHeaders(),
          npm_config_registry: REGISTRY,
          npm_config_cache: join(state, 'npm'),
        },
      };
    case 'pnpm':
      writeFileSync(
        join(folder, 'pnpm-workspace.yaml'),
        `packages: ${JSON.stringify(manifest.workspaces ?? ['.'])}\ndangerouslyAllowAllBuilds: true\nsideEffectsCache: false\n`,
      );
      return {
        ...run(
          'install',
          '--no-frozen-lockfile',
          '--config.side-effects-cache=false',
          '--config.update-notifier=false',
        ),
        env: {
          ...home,
          ...nodeHeaders(),
          npm_config_registry: REGISTRY,
          npm_config_store_dir: join(state, 'store'),
        },
      };
    case 'yarn-classic':
      return {
        ...run(
          'install',
          '--no-lockfile',
          '--non-interactive',
          '--registry',
          REGISTRY,
          '--cache-folder',
          join(state, 'yarn'),
        ),
        env: home,
      };
    case 'yarn-berry':
      writeFileSync(join(folder, 'yarn.lock'), '');
      writeFileSync(
        join(folder, '.yarnrc.yml'),
        [
          'nodeLinker: node-modules',
          `npmRegistryServer: "${REGISTRY}"`,
          'unsafeHttpWhitelist: ["*.lab.example"]',
          'enableTelemetry: false',
          'enableGlobalCache: false',
          'enableScripts: true',
          'enableImmutableInstalls: false',
          'npmMinimalAgeGate: 0',
          '',
        ].join('\n'),
      );
      return { ...run('install'), env: home };
  }
}

/** A git repository with the package whose `prepare` reaches out; returns its address for a dependency. */
export function makeGitPackage(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFiles(folder, GIT_PACKAGE);
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=lab', '-c', 'user.email=lab@lab.example', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  };
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  return `git+file://${folder}`;
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** Where Node's headers are, so that node-gyp need not fetch them: npm's own setting, else Debian's place. */
function nodeHeaders(): NodeJS.ProcessEnv {
  const configured = execFileSync('npm', ['config', 'get', 'nodedir'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .toString()
    .trim();
  return { npm_config_nodedir: configured === '' || configured === 'undefined' ? '/usr' : configured };
}
