import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { ReadBytes } from './byte-window.js';
import { CaptureFileError } from './capture-file-error.js';

/** A file that is read from its beginning. */
export interface OpenFile {
  /** @throws CaptureFileError `unreadable` */
  readonly read: ReadBytes;
  /** Idempotent. */
  close(): void;
}

/**
 * Opens a capture file. Only a regular one: a pipe or a device could keep its reader waiting forever.
 * @throws CaptureFileError `not-found`, `not-a-file`, `unreadable`
 */
export function openCaptureFile(path: string): OpenFile {
  let fd: number | null = attempt(path, () => {
    if (!statSync(path).isFile())
      throw new CaptureFileError('not-a-file', `expected a capture file at ${path}, found something else`);
    return openSync(path, 'r');
  });
  return {
    read: (into) => attempt(path, () => (fd === null ? 0 : readSync(fd, into))),
    close: () => {
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof CaptureFileError) throw cause;
    const isAbsent = 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
    const code = isAbsent ? 'not-found' : 'unreadable';
    throw new CaptureFileError(code, `expected to read the capture ${path}: ${cause.message}`, { cause });
  }
}
