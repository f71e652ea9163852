import { compareText } from '../model/compare.js';
import type { DependencyNode, DependencyTree } from '../model/package.js';

/** Chains given for one package, at most. */
const MAXIMUM_CHAINS = 10;
/** Partial chains looked at, at most: a dense tree has more paths than anybody could read. */
const MAXIMUM_STEPS = 50_000;
/** Name of a root whose manifest has none. */
export const UNNAMED_ROOT = '(root)';

interface Partial {
  /** From this node down to the package. */
  readonly node: DependencyNode;
  readonly names: readonly string[];
  readonly seen: ReadonlySet<string>;
}

/**
 * Chains of names from the root to the package at a location, shortest first, then by code unit; empty where the tree
 * does not have it. No node comes twice in a chain.
 */
export function whyChains(tree: DependencyTree, location: string, limit = MAXIMUM_CHAINS): string[][] {
  const nodes = new Map(tree.nodes.map((node) => [node.location, node]));
  const root = tree.root.name || UNNAMED_ROOT;
  if (location === '') return [[root]];
  const start = nodes.get(location);
  if (start === undefined) return [];
  const found: string[][] = [];
  let frontier: Partial[] = [{ node: start, names: [start.alias], seen: new Set([location]) }];
  let steps = 0;
  // Breadth first, from the package up: whole levels, so that among equals the code units decide.
  while (frontier.length > 0 && found.length < limit && steps < MAXIMUM_STEPS) {
    const level: string[][] = [];
    const next: Partial[] = [];
    for (const { node, names, seen } of frontier) {
      for (const from of dependents(node)) {
        steps += 1;
        if (steps > MAXIMUM_STEPS) break;
        if (from === '') level.push([root, ...names]);
        const upper = nodes.get(from);
        if (from === '' || upper === undefined || seen.has(from)) continue;
        next.push({ node: upper, names: [upper.alias, ...names], seen: new Set([...seen, from]) });
      }
    }
    found.push(...level.sort((a, b) => compareText(a.join('\0'), b.join('\0'))));
    frontier = next;
  }
  return found.slice(0, limit);
}

/** Locations that ask for the node, each once however many edges it has. */
function dependents(node: DependencyNode): string[] {
  return [...new Set(node.edgesIn.map((edge) => edge.from))];
}
