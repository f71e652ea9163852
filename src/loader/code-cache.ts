import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Script } from 'node:vm';

/*
 * egresslock's own files in dist/ come with what V8 has made of them when they were built, its code cache, so that a start
 * needs not compile them. V8 itself refuses a cache of another version, of other flags, or that is damaged.
 */

/** What a CommonJS module is given (nodejs.org/api/modules.html). */
export type ModuleFunction = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
) => void;

/** A module as the script of a `ModuleFunction`. @throws SyntaxError */
export function compileModule(source: string, filename: string, cachedData: Buffer | null): Script {
  return new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename,
    ...(cachedData === null ? {} : { cachedData }),
  });
}

/** Where the code cache of a file in dist/ is, for this V8. */
export function codeCachePath(dist: string, file: string): string {
  const { versions, arch } = process;
  const name = file.slice(dist.length + 1).replaceAll('/', '.');
  return resolve(dist, 'code-cache', `${versions.v8}-${arch}`, `${name}.bin`);
}

/** Null where there is none for this V8, which then compiles the file itself. */
export function readCodeCache(dist: string, file: string): Buffer | null {
  try {
    return readFileSync(codeCachePath(dist, file));
  } catch {
    return null;
  }
}
