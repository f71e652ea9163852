import { readFileSync } from 'node:fs';
import type { Lock } from '../model/lock.js';
import { parseLock } from '../policy/lock-file.js';
import { PolicyError } from '../policy/policy-error.js';
import { UsageError } from './usage-error.js';

/**
 * Reads a lock; null where there is none and the user named none.
 * @throws UsageError where it is there and can't be used: a broken lock must not count as an empty one.
 */
export function readLock(path: string, isRequired: boolean): Lock | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isAbsent && !isRequired) return null;
    if (isAbsent)
      throw new UsageError(`expected a lock at ${path}, found none; egresslock accept writes it`, { cause });
    throw new UsageError(
      `expected a lock at ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  try {
    return parseLock(text);
  } catch (cause) {
    if (cause instanceof PolicyError) throw new UsageError(`${path}: ${cause.message}`, { cause });
    throw cause;
  }
}
