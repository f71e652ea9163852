import type { LockRow } from '../model/lock.js';
import { PolicyError } from './policy-error.js';

/** Characters of a package lock, at most: the largest in public repositories have some 5 million. */
const MAXIMUM_CHARACTERS = 64 * 1024 * 1024;

/** The names of a tree's packages, by what needs them. */
export interface TreeNames {
  /** Needed without dev dependencies, the root project among them. A name that occurs as both is here. */
  readonly runtime: ReadonlySet<string>;
  /** Only needed by dev dependencies. */
  readonly dev: ReadonlySet<string>;
}

/**
 * Reads the names out of a package-lock.json (lockfileVersion 2 or 3, npm documentation "package-lock.json"). npm
 * installs what is `devOptional` with `--omit dev`, so it is not dev here.
 * @throws PolicyError `not-json`, `too-large`, `wrong-version`
 */
export function treeNames(text: string): TreeNames {
  if (text.length > MAXIMUM_CHARACTERS) {
    throw new PolicyError(
      'too-large',
      `expected a package lock of at most ${MAXIMUM_CHARACTERS} characters, got ${text.length}`,
    );
  }
  const packages = property(parseJson(text), 'packages');
  if (typeof packages !== 'object' || packages === null || Array.isArray(packages)) {
    throw new PolicyError(
      'wrong-version',
      'expected a package lock with "packages" (lockfileVersion 2 or 3), got another; npm install --package-lock-only writes one',
    );
  }
  const runtime = new Set<string>();
  const dev = new Set<string>();
  for (const [location, entry] of Object.entries(packages)) {
    // A link is another name for a folder, which has an entry of its own.
    if (property(entry, 'link') === true) continue;
    const own = property(entry, 'name');
    const name = typeof own === 'string' && own !== '' ? own : nameOf(location);
    if (name !== '') (property(entry, 'dev') === true ? dev : runtime).add(name);
  }
  return { runtime, dev: new Set([...dev].filter((name) => !runtime.has(name))) };
}

/**
 * Whether a row is one of a deployment without dev dependencies. A package manager speaks for the install alone. Whoever
 * is not known to be a dev dependency is needed: the root project, a process, a package that the tree does not have.
 */
export function isNeededWithoutDev(row: LockRow, { dev }: TreeNames): boolean {
  if (/^\(\w+\)$/.test(row.package) && row.package !== '(process)') return row.phase === 'install';
  return !dev.has(row.package);
}

/** `@scope/x` of `node_modules/a/node_modules/@scope/x`; the last part of a workspace's path. */
function nameOf(location: string): string {
  const start = location.lastIndexOf('node_modules/');
  return start < 0
    ? location.slice(location.lastIndexOf('/') + 1)
    : location.slice(start + 'node_modules/'.length);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PolicyError('not-json', `expected JSON in the package lock: ${reason}`, { cause });
  }
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
