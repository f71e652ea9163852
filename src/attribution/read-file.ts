import fs, { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Without waiting for whoever would write to a FIFO. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
/** Longest manifest or lock that is read, in bytes; the largest known locks have some 10 MB. */
const LONGEST_TEXT = 64 * 1024 * 1024;

/**
 * Reads a file of the command's, who may have laid anything in its place: a FIFO, which would hold its reader up for
 * ever, or a device, which has no end.
 * @param longest Bytes
 * @throws Error of the file system, or one that says that it is no regular file or too long
 */
export function readRegularFile(path: string, longest: number = LONGEST_TEXT): Buffer {
  const fd = openSync(path, FLAGS);
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile() || facts.size > longest) {
      throw new Error(`expected a regular file of at most ${longest} bytes: ${path}`);
    }
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Text of a file; null where there is none that can be read. */
export function textOf(path: string, longest: number = LONGEST_TEXT): string | null {
  try {
    return readRegularFile(path, longest).toString();
  } catch {
    return null;
  }
}

type Encoding = BufferEncoding | { readonly encoding?: BufferEncoding | null } | null | undefined;

function readSync(path: string, options?: Encoding): string | Buffer {
  const bytes = readRegularFile(path);
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return encoding ? bytes.toString(encoding) : bytes;
}

/** Node's modules for a library that reads the command's folders, by name: what they read are regular files. */
export function guardedModules(): ReadonlyMap<string, unknown> {
  const guarded = {
    ...fs.promises,
    readFile: async (path: string, options?: Encoding) => readSync(path, options),
  };
  return new Map<string, unknown>([
    ['fs', { ...fs, readFileSync: readSync, promises: guarded }],
    ['fs/promises', guarded],
  ]);
}
