import type { ManifestSource } from './actor.js';

type Environment = Readonly<Record<string, string | undefined>>;

export const MANAGERS = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type Manager = (typeof MANAGERS)[number];

/** Variables that say whose lifecycle script a process is, in every package manager (facts: package managers). */
const IDENTITY = [
  'npm_lifecycle_event',
  'npm_lifecycle_script',
  'npm_package_json',
  'PNPM_SCRIPT_SRC_DIR',
  'npm_package_name',
  'npm_package_version',
] as const;

/** Set by npm on the nested install that prepares a git dependency; the value lists what is being prepared. */
export const PREPARES_GIT = '_PACOTE_NO_PREPARE_';

/** File names under which Node runs a package manager, its shims and corepack's. */
const PROGRAMS: readonly (readonly [Manager, RegExp])[] = [
  ['npm', /^(npm|npx|npm(-cli)?\.js|npx(-cli)?\.js)$/],
  ['pnpm', /^(pnpm|pnpx|pnpm\.[cm]?js|pnpx\.[cm]?js)$/],
  ['yarn', /^(yarn|yarnpkg|yarn(pkg)?\.[cm]?js|yarn-[\w.-]+\.[cm]?js)$/],
];
/** Runs, in its own process, the package manager that its first argument names. */
const COREPACK = /^corepack(\.[cm]?js)?$/;
/** Fedora and openSUSE put the major version into the executable's name. */
const NODE = /^node(js|-?\d+)?$/;
/** Subcommands of bun that manage packages or run scripts; `bun file.js` is a plain program. */
const BUN_COMMANDS = new Set(['install', 'i', 'add', 'a', 'ci', 'remove', 'update', 'run', 'x', 'pm']);
/** Options of node whose value is the next argument. */
const NODE_OPTIONS_WITH_VALUE = new Set(['-r', '--require', '--import', '-C', '--conditions', '--loader']);

/** The package manager that a process runs, null where it runs none. Its argv is a claim: see `programOf`. */
export function managerOf(argv: readonly string[], executable: string): Manager | null {
  const path = programOf(argv, executable);
  const program = baseName(path);
  if (program === 'bun') {
    return baseName(argv[0] ?? '') === 'bunx' || BUN_COMMANDS.has(argv[1] ?? '') ? 'bun' : null;
  }
  const [name] = COREPACK.test(program) ? (argv[argv.indexOf(path) + 1] ?? '').split('@') : [program];
  return PROGRAMS.find(([, pattern]) => pattern.test(name ?? ''))?.[0] ?? null;
}

/** Path of the script that Node runs, or of the executable where it isn't Node; `''` where Node runs no file. */
export function programOf(argv: readonly string[], executable: string): string {
  if (!isNode(executable)) return executable;
  for (let index = 1; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (NODE_OPTIONS_WITH_VALUE.has(argument)) index += 1;
    else if (!argument.startsWith('-')) return argument;
    else if (['-e', '--eval', '-p', '--print', '-pe', '-'].includes(argument)) return '';
  }
  return '';
}

/**
 * Whether the exec begins a script, or the preparation of a git dependency, for which its parent was not yet known.
 * @param isParentManager Asked only where the environment says so: most execs have their parent's
 */
export function startsLifecycleScript(
  environment: Environment,
  parent: Environment,
  isParentManager: () => boolean,
): boolean {
  if (environment === parent) return false;
  const isScript =
    environment.npm_lifecycle_event !== undefined || environment.PNPM_SCRIPT_SRC_DIR !== undefined;
  const isNew = isScript && IDENTITY.some((name) => environment[name] !== parent[name]);
  return (isNew || preparesGitDependency(environment, parent)) && isParentManager();
}

/** Whether the exec is npm's nested install in the clone of a git dependency. */
export function preparesGitDependency(environment: Environment, parent: Environment): boolean {
  return environment[PREPARES_GIT] !== undefined && environment[PREPARES_GIT] !== parent[PREPARES_GIT];
}

/**
 * The folder whose package.json says which package a script belongs to. The path identifies it; the names in the
 * environment are the script's own claim and only corroborate.
 */
export function identifyingDirectory(
  environment: Environment,
  parent: Environment,
  cwd: string,
): { readonly directory: string; readonly source: ManifestSource } {
  if (!preparesGitDependency(environment, parent)) {
    // A value that the manager has inherited itself belongs to a script further out.
    const own = (name: string): string | undefined =>
      environment[name] === parent[name] ? undefined : environment[name];
    const manifest = own('npm_package_json');
    if (manifest?.startsWith('/') && manifest.endsWith('/package.json')) {
      return { directory: manifest.slice(0, -'/package.json'.length) || '/', source: 'npm_package_json' };
    }
    const folder = own('PNPM_SCRIPT_SRC_DIR');
    if (folder?.startsWith('/')) return { directory: folder, source: 'PNPM_SCRIPT_SRC_DIR' };
  }
  return { directory: cwd, source: 'cwd' };
}

/** Whether an executable is Node's by its name. */
export function isNode(executable: string): boolean {
  return NODE.test(baseName(executable));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
