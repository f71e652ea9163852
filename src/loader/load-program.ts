import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { compileModule, type ModuleFunction, readCodeCache, scriptName } from './code-cache.js';

/** For the build, which makes the caches. */
export { codeCachePath, compileModule, encodeCodeCache, scriptName } from './code-cache.js';

/**
 * Runs a program of dist/, with the files of dist/ that it requires: what the bundler writes, so relative paths with their
 * extension, and neither `require.resolve` nor `module.id`.
 * @param dist Absolute
 * @param name Without `.program.js`
 * @param requireOutside What gives packages and Node's own modules
 * @throws Error of the file system, and what the program throws
 */
export function loadProgram(dist: string, name: string, requireOutside: (name: string) => unknown): void {
  const modules = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    const folder = dirname(file);
    const require = (id: string): unknown =>
      id.startsWith('.') ? load(resolve(folder, id)) : requireOutside(id);
    const script = compileModule(readFileSync(file), scriptName(dist, file), readCodeCache(dist, file));
    modules.set(file, module);
    try {
      const run = script.runInThisContext() as ModuleFunction;
      run.call(module.exports, module.exports, require, module, file, folder);
    } catch (error) {
      // Whoever requires it again is told again, and not given half of it.
      modules.delete(file);
      throw error;
    }
    return module.exports;
  };
  load(resolve(dist, `${name}.program.js`));
}
