import { compareBy } from '../model/compare.js';
import type { DependencyNode, DependencyTree } from '../model/package.js';

/** Chains given for one package, at most. */
const MAXIMUM_CHAINS = 10;
/** Edges tried, at most, while chains are laid: a dense tree has more of them than anybody could read. */
const MAXIMUM_STEPS = 50_000;
/** Name of a root whose manifest has none. */
export const UNNAMED_ROOT = '(root)';

/** All that leads to one package. */
interface Ancestry {
  /** Edges from a location down to the package, at least; only of locations that lead to it. */
  readonly distances: ReadonlyMap<string, number>;
  /** Locations that a location asks for, by name, as far as they lead to the package. */
  dependencies(location: string): readonly string[];
}

/**
 * Chains of names from the root to the package at a location, shortest first, then by code unit; empty where the tree
 * does not have it or the root does not lead to it. No node comes twice in a chain. The work is bounded: of a package
 * with very many chains, some of the longer ones may be missing.
 */
export function whyChains(tree: DependencyTree, location: string, limit = MAXIMUM_CHAINS): string[][] {
  const nodes = new Map(tree.nodes.map((node) => [node.location, node]));
  const root = tree.root.name || UNNAMED_ROOT;
  if (location === '') return [[root]];
  const ancestry = ancestryOf(nodes, location);
  const shortest = ancestry.distances.get('') ?? Number.POSITIVE_INFINITY;
  const budget = { steps: MAXIMUM_STEPS };
  const found = new Map<string, string[]>();
  for (let length = shortest; length < ancestry.distances.size && budget.steps > 0; length += 1) {
    for (const path of pathsOf(ancestry, length, budget)) {
      if (found.size >= limit) break;
      const chain = [root, ...path.map((at) => nodes.get(at)?.alias ?? at)];
      found.set(chain.join('\0'), chain);
    }
    if (found.size >= limit) break;
  }
  return [...found.values()].sort(
    compareBy(
      (chain) => chain.length,
      (chain) => chain.join('\0'),
    ),
  );
}

/** Goes breadth first from the package up, so that the way down is known before any chain is laid. */
function ancestryOf(nodes: ReadonlyMap<string, DependencyNode>, location: string): Ancestry {
  const distances = new Map(nodes.has(location) ? [[location, 0]] : []);
  const below = new Map<string, DependencyNode[]>();
  for (const [at, distance] of distances) {
    const node = nodes.get(at);
    if (node === undefined) continue;
    // Each dependent once, however many edges it has.
    for (const from of new Set(node.edgesIn.map((edge) => edge.from))) {
      if (from !== '' && !nodes.has(from)) continue;
      const siblings = below.get(from);
      if (siblings === undefined) below.set(from, [node]);
      else siblings.push(node);
      // A map's iteration reaches what is added on the way.
      if (!distances.has(from)) distances.set(from, distance + 1);
    }
  }
  const sorted = new Map<string, string[]>();
  const byName = compareBy<DependencyNode>(
    (node) => node.alias,
    (node) => node.location,
  );
  return {
    distances,
    dependencies: (from) => {
      const known = sorted.get(from) ?? (below.get(from) ?? []).sort(byName).map((node) => node.location);
      sorted.set(from, known);
      return known;
    },
  };
}

/** Paths of exactly so many edges from the root down to the package, depth first and by name. */
function* pathsOf(
  { distances, dependencies }: Ancestry,
  length: number,
  budget: { steps: number },
): Generator<string[]> {
  const path = new Set<string>();
  const levels = [dependencies('').values()];
  for (let level = levels.at(-1); level !== undefined && budget.steps > 0; level = levels.at(-1)) {
    budget.steps -= 1;
    const { value: at, done } = level.next();
    if (done === true) {
      levels.pop();
      const last = [...path].at(-1);
      if (last !== undefined) path.delete(last);
      continue;
    }
    const left = length - levels.length;
    const distance = distances.get(at) ?? Number.POSITIVE_INFINITY;
    if (distance > left || path.has(at)) continue;
    if (distance === 0) {
      if (left === 0) yield [...path, at];
      continue;
    }
    path.add(at);
    levels.push(dependencies(at).values());
  }
}
