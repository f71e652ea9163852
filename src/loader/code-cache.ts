import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

/*
 * egresslock's own files in dist/ come with what V8 has made of them when they were built, its code cache, so that a start
 * needs not compile them. V8 refuses a cache of another version or of other flags (NODE_OPTIONS), and compares no more than
 * the length of the source; it takes damaged ones. So each file has the cache twice, and the source that it was made of:
 * to compare bytes costs next to nothing, where a checksum of them in code that is still cold took 5 ms of each start.
 * Whoever can write to dist/ could forge all of it, and the source as well.
 */

/** What a CommonJS module is given (nodejs.org/api/modules.html). */
export type ModuleFunction = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
) => void;

/** Lengths of the cache and of the source, of 32 bits each. */
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

/** The name of a file below dist/ in stacks, the same wherever it was installed. @param dist Without a slash at its end */
export function scriptName(dist: string, file: string): string {
  return `egresslock/dist/${below(dist, file)}`;
}

/** Where the code cache of a file below dist/ is, for this V8. */
export function codeCachePath(dist: string, file: string): string {
  const { versions, arch } = process;
  return `${dist}/code-cache/${versions.v8}-${arch}/${below(dist, file)}.bin`;
}

/** Without node:path, which takes its time with each of forty files. @param file A normalized path below dist/ */
function below(dist: string, file: string): string {
  return file.slice(dist.length + 1);
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
  header.writeUInt32LE(data.length, 0);
  header.writeUInt32LE(source.length, 4);
  return Buffer.concat([header, data, data, source]);
}

/** Null where it is another source's, or damaged. */
function decodeCodeCache(source: Buffer, cache: Buffer): Buffer | null {
  if (cache.length < HEADER) return null;
  const length = cache.readUInt32LE(0);
  const again = HEADER + length;
  const own = again + length;
  if (cache.length !== own + cache.readUInt32LE(4)) return null;
  const data = cache.subarray(HEADER, again);
  return data.equals(cache.subarray(again, own)) && source.equals(cache.subarray(own)) ? data : null;
}
