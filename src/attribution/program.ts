import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileModule, type ModuleFunction, readCodeCache, scriptName } from '../loader/code-cache.js';

/**
 * Reads a program now and runs it when it is first asked for. The two are apart because the wrapped command
 * may write to egresslock's own files: what is read after it has started could be the command's, and would then run
 * outside of the sandbox. Running it costs a start that nobody waits for.
 * @param name Of a file in dist/ that scripts/bundle-programs.mjs has made
 * @param substitutes What stands for some of Node's own modules, by their names without `node:`
 * @returns What runs it, once, and gives its exports
 * @throws Error of the file system, where egresslock was not built
 */
export function readProgram(
  name: 'arborist' | 'acorn' | 'conclusion',
  substitutes: () => ReadonlyMap<string, unknown> = () => new Map(),
): () => unknown {
  // The same path from src/ and from dist/.
  const file = fileURLToPath(new URL(`../../dist/${name}.cjs`, import.meta.url));
  let program: Buffer | null = readFileSync(file);
  const dist = dirname(file);
  const cache = readCodeCache(dist, file);
  const module: { exports: unknown } = { exports: {} };
  return () => {
    if (program !== null) {
      const script = compileModule(program, scriptName(dist, file), cache);
      const run = script.runInThisContext() as ModuleFunction;
      run(
        module.exports,
        requireFrom(substitutes()),
        module,
        `/egresslock/${name}/index.js`,
        `/egresslock/${name}`,
      );
      program = null;
    }
    return module.exports;
  };
}

function requireFrom(substitutes: ReadonlyMap<string, unknown>): (name: string) => unknown {
  return (name) => {
    if (!isBuiltin(name)) throw new Error(`expected only modules of Node's own in the bundle, found ${name}`);
    return substitutes.get(name.replace(/^node:/, '')) ?? process.getBuiltinModule(name);
  };
}
