import { readProgram } from './program.js';
import { guardedModules } from './read-file.js';

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

/** See `readProgram`. */
export function readArborist(): () => ArboristClass {
  const program = readProgram('arborist', guardedModules);
  return () => program() as ArboristClass;
}
