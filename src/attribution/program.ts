import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { compileFunction } from 'node:vm';
import { GUARDED_MODULES } from './read-file.js';

/**
 * Reads a library's program now and runs it when it is first asked for. The two are apart because the wrapped command
 * may write to egresslock's own files: what is read after it has started could be the command's, and would then run
 * outside of the sandbox. Running it costs a start that nobody waits for.
 * @param name Of a file in dist/ that scripts/bundle-programs.mjs has made
 * @returns What runs it, once, and gives its exports
 * @throws Error of the file system, where egresslock was not built
 */
export function readProgram(name: 'arborist' | 'acorn'): () => unknown {
  // The same path from src/ and from dist/.
  let program: string | null = readFileSync(new URL(`../../dist/${name}.cjs`, import.meta.url), 'utf8');
  const module: { exports: unknown } = { exports: {} };
  return () => {
    if (program !== null) {
      const run = compileFunction(program, ['module', 'exports', 'require', '__dirname'], {
        filename: `egresslock:${name}`,
      });
      run(module, module.exports, requireBuiltin, `/egresslock/${name}`);
      program = null;
    }
    return module.exports;
  };
}

function requireBuiltin(name: string): unknown {
  if (!isBuiltin(name)) throw new Error(`expected only modules of Node's own in the bundle, found ${name}`);
  return GUARDED_MODULES.get(name.replace(/^node:/, '')) ?? process.getBuiltinModule(name);
}
