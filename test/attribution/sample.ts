import { basename } from 'node:path';
import type { Actor, ManifestWitness } from '../../src/model/actor.js';
import type { DependencyNode, DependencyTree } from '../../src/model/package.js';

export const PROJECT = '/work/app';
const NODE = '/usr/bin/node';

/** An actor with a default for all that a test doesn't care about. */
export function actor(
  id: number,
  parentId: number | null,
  argv: readonly string[],
  one: Partial<Actor> = {},
): Actor {
  const program = basename(argv[0] ?? '');
  return {
    id,
    parentId,
    pid: 100 + id,
    startedAt: id,
    executable: program === 'node' ? NODE : `/usr/bin/${program}`,
    argv,
    cwd: PROJECT,
    environment: {},
    manifest: null,
    preload: null,
    ...one,
  };
}

export function npm(id: number, parentId: number | null, one: Partial<Actor> = {}): Actor {
  return actor(id, parentId, ['node', '/usr/bin/npm', 'ci'], one);
}

/** What a manifest says, and what a package manager says of it. */
export interface Script {
  /** Folder, relative to the project or absolute. */
  readonly at: string;
  readonly name: string;
  readonly version?: string;
  readonly event?: string;
  readonly run?: string;
  /** Where the manifest on disk says something else than the package manager. */
  readonly witness?: Partial<ManifestWitness>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The shell that npm starts for a script, with what the supervisor reads of it. */
export function script(id: number, parentId: number, what: Script): Actor {
  const { at, name, version = '1.0.0', event = 'postinstall', run = 'node install.js' } = what;
  const directory = at.startsWith('/') ? at : at === '' ? PROJECT : `${PROJECT}/${at}`;
  return actor(id, parentId, ['sh', '-c', run], {
    cwd: directory,
    environment: {
      npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js',
      npm_lifecycle_event: event,
      npm_lifecycle_script: run,
      npm_package_json: `${directory}/package.json`,
      npm_package_name: name,
      npm_package_version: version,
      ...what.environment,
    },
    manifest: { directory, source: 'npm_package_json', name, version, declared: run, ...what.witness },
  });
}

/** A node at `location`; `from` are the locations that ask for it. */
export function node(
  location: string,
  from: readonly string[],
  one: Partial<DependencyNode> = {},
): DependencyNode {
  const name = location.split('node_modules/').at(-1) ?? location;
  return {
    name,
    alias: name,
    version: '1.0.0',
    location,
    resolved: null,
    edgesIn: [...from].sort().map((asks) => ({ from: asks, type: 'prod', spec: '*' })),
    dev: false,
    optional: false,
    ...one,
  };
}

export function tree(...nodes: readonly DependencyNode[]): DependencyTree {
  return { root: { name: 'app', version: '1.0.0', location: '' }, source: 'actual', nodes };
}
