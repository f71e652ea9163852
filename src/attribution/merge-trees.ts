import { compareBy } from '../model/compare.js';
import type { DependencyNode, DependencyTree } from '../model/package.js';

/** Union by location: of a node that several trees have, the earliest tree's name and the edges of all count. */
export function mergeTrees(trees: readonly (DependencyTree | null)[]): DependencyTree | null {
  const present = trees.filter((tree) => tree !== null);
  const first = present[0];
  if (first === undefined) return null;
  const nodes = new Map<string, DependencyNode>();
  for (const node of present.flatMap((tree) => tree.nodes)) {
    const known = nodes.get(node.location);
    nodes.set(node.location, known === undefined ? node : mergeNodes(known, node));
  }
  const order = ['actual', 'virtual', 'ideal'] as const;
  const source = order.find((kind) => present.some((tree) => tree.source === kind)) ?? first.source;
  return { root: first.root, source, nodes: [...nodes.values()].sort(compareBy((node) => node.location)) };
}

function mergeNodes(first: DependencyNode, second: DependencyNode): DependencyNode {
  const edges = new Map(
    [...first.edgesIn, ...second.edgesIn].map((edge) => [`${edge.from}\0${edge.type}`, edge]),
  );
  return {
    ...first,
    name: first.name || second.name,
    version: first.version ?? second.version,
    resolved: first.resolved ?? second.resolved,
    edgesIn: [...edges.values()].sort(
      compareBy(
        (edge) => edge.from,
        (edge) => edge.type,
      ),
    ),
  };
}
