import { compareBy } from '../model/compare.js';
import type { DependencyNode, DependencyTree } from '../model/package.js';
import { UNNAMED_ROOT } from './why.js';

/**
 * The first of the chains of `whyChains`, of every package of a tree at once: one walk from the root down, for whoever
 * asks for thousands. Null where the root does not lead to the package.
 */
export function shortestChains(tree: DependencyTree): (location: string) => readonly string[] | null {
  const nodes = new Map(tree.nodes.map((node) => [node.location, node]));
  const below = new Map<string, Set<DependencyNode>>();
  for (const node of tree.nodes) {
    for (const { from } of node.edgesIn) {
      const list = below.get(from) ?? new Set();
      below.set(from, list);
      list.add(node);
    }
  }
  const parents = new Map<string, string>([['', '']]);
  // A map's iteration reaches what is added on the way: level by level, and within each in the order of the chains.
  for (const at of parents.keys()) {
    for (const { location } of [...(below.get(at) ?? [])].sort(byName))
      if (!parents.has(location)) parents.set(location, at);
  }
  return (location) => {
    if (!parents.has(location)) return null;
    const chain: string[] = [];
    for (let at = location; at !== ''; at = parents.get(at) ?? '') chain.unshift(nodes.get(at)?.alias ?? at);
    return [tree.root.name || UNNAMED_ROOT, ...chain];
  };
}

const byName = compareBy<DependencyNode>(
  (node) => node.alias,
  (node) => node.location,
);
