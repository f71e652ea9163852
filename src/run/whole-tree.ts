import { mergeTrees } from '../attribution/merge-trees.js';
import { readPnpTree } from '../attribution/pnp/pnp-tree.js';
import type { PromisedFiles, TreeReader } from '../attribution/tree.js';
import type { DependencyTree } from '../model/package.js';

export interface WholeTreeInput {
  /** Real path. */
  readonly projectRoot: string;
  /** What the project promised before the command started; null where it has no package.json. */
  readonly promised: PromisedFiles | null;
  readonly trees: TreeReader;
}

/**
 * All that is known of a project's tree: what was promised, and what lies on disk. A tree that can't be read costs
 * why-chains, not names: those come from what lay on disk at each exec.
 */
export async function wholeTree({
  projectRoot,
  promised,
  trees,
}: WholeTreeInput): Promise<DependencyTree | null> {
  const before = promised === null ? null : await trees.promised(promised).catch(() => null);
  const actual = await trees.actual(projectRoot).catch(() => null);
  return mergeTrees([before, actual, readPnpTree(projectRoot)]);
}
