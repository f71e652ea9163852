import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Random bytes of the kernel's (urandom(4)), as good as those of node:crypto, which takes 5 ms of each start to load.
 * @param count At most 256: such reads are never cut short
 * @throws Error of the file system, or that there were fewer, where /dev/urandom is not what it should be
 */
export function randomBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  const fd = openSync('/dev/urandom', 'r');
  try {
    const read = readSync(fd, bytes, 0, count, null);
    if (read !== count) throw new Error(`expected ${count} random bytes of /dev/urandom, got ${read}`);
  } finally {
    closeSync(fd);
  }
  return bytes;
}
