import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { compileModule, type ModuleFunction, readCodeCache } from './code-cache.js';

/** For the build, which makes the caches. */
export { codeCachePath, compileModule } from './code-cache.js';

/**
 * Runs a program of dist/, with the files of dist/ that it requires.
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
    modules.set(file, module);
    const folder = dirname(file);
    const require = (id: string): unknown =>
      id.startsWith('.') ? load(resolve(folder, id)) : requireOutside(id);
    const script = compileModule(readFileSync(file, 'utf8'), file, readCodeCache(dist, file));
    (script.runInThisContext() as ModuleFunction)(module.exports, require, module, file, folder);
    return module.exports;
  };
  load(resolve(dist, `${name}.program.js`));
}
