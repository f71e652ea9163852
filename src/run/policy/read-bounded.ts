import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError } from '../../policy/config/config-error.js';

/** Bytes of a configuration, at most; its parser counts its characters more strictly. */
export const MAXIMUM_CONFIG = 4 * 1024 * 1024;

/**
 * Reads a regular file of so many bytes at most; null where there is none.
 * @throws ConfigError where it is too large, or is there and can't be read
 */
export function readBounded(path: string, most: number): Buffer | null {
  let fd: number;
  try {
    // A pipe would wait for a writer that never comes.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('not-found', `expected to read ${path}: ${reason}`, { cause });
  }
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile()) throw new ConfigError('not-found', `expected a file at ${path}, got something else`);
    if (facts.size > most) {
      throw new ConfigError('too-large', `expected at most ${most} bytes in ${path}, got ${facts.size}`);
    }
    const bytes = Buffer.alloc(facts.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}
