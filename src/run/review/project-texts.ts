import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPackageLock } from '../../attribution/package-lock/read-package-lock.js';
import { textOf } from '../../attribution/read-file.js';
import type { PackageLockReading } from '../../model/package-lock.js';

/** Package locks that are read, the first that is there before the others (npm's documentation, npm-shrinkwrap.json). */
const READ = ['npm-shrinkwrap.json', 'package-lock.json'] as const;
/** Package locks of which it can be said that they are there. */
const KNOWN = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock'] as const;

export interface FoundPackageLock {
  readonly reading: PackageLockReading;
  /** Null where none of those that are read is there. */
  readonly file: { readonly name: string; readonly sha256: string } | null;
}

/** Text of a file of a project, wherever that lies; null where there is none. */
export type TextReader = (name: string) => string | null;

export function packageLockOf(read: TextReader, exists: (name: string) => boolean): FoundPackageLock {
  for (const name of READ) {
    const text = read(name);
    if (text !== null) return { reading: readPackageLock(text), file: { name, sha256: sha256(text) } };
  }
  const other = KNOWN.find(exists);
  const reading: PackageLockReading =
    other === undefined
      ? { kind: 'absent' }
      : { kind: 'not-read', reason: `${other} is there, and only package-lock.json can be read` };
  return { reading, file: null };
}

export function packageLockIn(folder: string): FoundPackageLock {
  return packageLockOf(
    (name) => textOf(join(folder, name)),
    (name) => existsSync(join(folder, name)),
  );
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
