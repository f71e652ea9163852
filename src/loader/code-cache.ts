import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Script } from 'node:vm';

/*
 * egresslock's own files in dist/ come with what V8 has made of them when they were built, its code cache, so that a start
 * needs not compile them. V8 refuses a cache of another version or of other flags (NODE_OPTIONS), and compares no more than
 * the length of the source; it takes damaged ones. So each stands behind a checksum of its source and one of its own: whoever
 * can write to dist/ could forge both, and the source as well.
 */

/** What a CommonJS module is given (nodejs.org/api/modules.html). */
export type ModuleFunction = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
) => void;

/** Both checksums, of 32 bits each. */
const HEADER = 8;
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '\n})'] as const;

/**
 * A module as the script of a `ModuleFunction`. V8 takes the cache, or compiles the source.
 * @param name As stacks show it, which is the build's where the cache is taken
 * @param cache As `encodeCodeCache` has made it
 * @throws SyntaxError
 */
export function compileModule(source: Buffer, name: string, cache: Buffer | null): Script {
  const cachedData = cache === null ? null : decodeCodeCache(source, cache);
  return new Script(`${WRAPPER[0]}${source.toString()}${WRAPPER[1]}`, {
    filename: name,
    columnOffset: -WRAPPER[0].length,
    ...(cachedData === null ? {} : { cachedData }),
  });
}

/** The name of a file below dist/ in stacks, the same wherever it was installed. */
export function scriptName(dist: string, file: string): string {
  return `egresslock/dist/${relative(dist, file)}`;
}

/** Where the code cache of a file below dist/ is, for this V8. */
export function codeCachePath(dist: string, file: string): string {
  const { versions, arch } = process;
  return resolve(dist, 'code-cache', `${versions.v8}-${arch}`, `${relative(dist, file)}.bin`);
}

/** Null where there is none for this V8. */
export function readCodeCache(dist: string, file: string): Buffer | null {
  try {
    return readFileSync(codeCachePath(dist, file));
  } catch {
    return null;
  }
}

/** What is kept of a module's code cache. @param data Of `Script.createCachedData` */
export function encodeCodeCache(source: Buffer, data: Buffer): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(checksum(source), 0);
  header.writeInt32LE(checksum(data), 4);
  return Buffer.concat([header, data]);
}

/** Null where it is another source's, or damaged. */
function decodeCodeCache(source: Buffer, cache: Buffer): Buffer | null {
  if (cache.length < HEADER) return null;
  const data = cache.subarray(HEADER);
  return cache.readInt32LE(0) === checksum(source) && cache.readInt32LE(4) === checksum(data) ? data : null;
}

/** FNV-1a's steps with words of 32 bits in place of bytes: one word that differs always changes the result. */
function checksum(bytes: Buffer): number {
  const { length } = bytes;
  const whole = length >> 2;
  const start = bytes.byteOffset % 4;
  const words = start === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  const view = new Int32Array(words.buffer, words.byteOffset, whole);
  let sum = 0x811c9dc5 ^ length;
  for (let index = 0; index < whole; index += 1) sum = Math.imul(sum ^ (view[index] ?? 0), 0x01000193);
  for (let index = whole * 4; index < length; index += 1)
    sum = Math.imul(sum ^ (bytes[index] ?? 0), 0x01000193);
  return sum | 0;
}
