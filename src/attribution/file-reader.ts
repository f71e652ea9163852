import { lstatSync, realpathSync } from 'node:fs';
import { readRegularFile } from './read-file.js';

/** How attribution looks at files: those on disk, or those that somebody has kept. What is not there is null. */
export interface FileReader {
  /** Path without links. */
  realPath(path: string): string | null;
  /** A regular file of so many bytes at most. */
  read(path: string, longest: number): Buffer | null;
  /**
   * When a file or a folder was last written to, or put where it is, in milliseconds since the epoch: the time of its
   * inode (ctime of stat(2)), which only the kernel sets.
   */
  changedAt(path: string): number | null;
}

export const FILES_ON_DISK: FileReader = {
  realPath: (path) => orNull(() => realpathSync(path)),
  read: (path, longest) => orNull(() => readRegularFile(path, longest)),
  changedAt: (path) => orNull(() => lstatSync(path).ctimeMs),
};

function orNull<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
