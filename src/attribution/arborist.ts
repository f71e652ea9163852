import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { compileFunction } from 'node:vm';

/** The part of @npmcli/arborist 9 that is used here; @types describes another version. */
export interface ArboristNode {
  readonly name: string;
  readonly packageName: string | null;
  readonly version: string;
  readonly path: string;
  readonly realpath: string;
  readonly location: string;
  readonly resolved: string | null;
  readonly dev: boolean;
  readonly optional: boolean;
  readonly isLink: boolean;
  readonly isProjectRoot: boolean;
  readonly package: { readonly name?: unknown };
  readonly edgesIn: ReadonlySet<{
    readonly from: ArboristNode | null;
    readonly type: string;
    readonly spec: string;
  }>;
  readonly linksIn: ReadonlySet<ArboristNode>;
  readonly inventory: { values(): IterableIterator<ArboristNode> };
}
export interface ArboristReader {
  loadActual(): Promise<ArboristNode>;
  loadVirtual(): Promise<ArboristNode>;
}
export type ArboristClass = new (options: { readonly path: string }) => ArboristReader;

/** Made by scripts/bundle-arborist.mjs; the same path from src/ and from dist/. */
const PROGRAM = new URL('../../dist/arborist.cjs', import.meta.url);

/**
 * Reads Arborist's program now and runs it when it is first asked for. The two are apart because the wrapped command
 * may write to egresslock's own files: what is read after it has started could be the command's, and would then run
 * outside of the sandbox. Running it costs a start that nobody waits for.
 * @throws Error of the file system, where egresslock was not built
 */
export function readArborist(): () => ArboristClass {
  let program: string | null = readFileSync(PROGRAM, 'utf8');
  let made: ArboristClass | null = null;
  return () => {
    if (made === null) {
      const module: { exports: unknown } = { exports: {} };
      const run = compileFunction(program ?? '', ['module', 'exports', 'require', '__dirname'], {
        filename: 'egresslock:arborist',
      });
      run(module, module.exports, requireBuiltin, '/egresslock/arborist');
      made = module.exports as ArboristClass;
      program = null;
    }
    return made;
  };
}

function requireBuiltin(name: string): unknown {
  if (!isBuiltin(name)) throw new Error(`expected only modules of Node's own in the bundle, found ${name}`);
  return process.getBuiltinModule(name);
}
