import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortestChains } from '../../src/attribution/shortest-chains.js';
import { whyChains } from '../../src/attribution/why.js';
import type { DependencyTree } from '../../src/model/package.js';

const places = ['a', 'b', 'c', 'd', 'e', 'f'];

function treeOf(edges: readonly (readonly [from: string, to: string])[], root = 'app'): DependencyTree {
  return {
    root: { name: root, version: null, location: '' },
    source: 'virtual',
    nodes: places.map((location) => ({
      name: location,
      // Two locations of one name.
      alias: location === 'f' ? 'a' : location,
      version: null,
      location,
      resolved: null,
      edgesIn: edges
        .filter(([, to]) => to === location)
        .map(([from]) => ({ from, type: 'prod', spec: '*' }) as const),
      dev: false,
      optional: false,
    })),
  };
}

test('the first of all chains, of every package of any tree', () => {
  const edge = fc.tuple(fc.constantFrom('', ...places, 'nowhere'), fc.constantFrom(...places));
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 20 }), (edges) => {
      const tree = treeOf(edges);
      const chainOf = shortestChains(tree);
      for (const location of ['', ...places, 'nowhere'])
        expect(chainOf(location)).toEqual(whyChains(tree, location)[0] ?? null);
    }),
    { seed: 20_261_125, numRuns: 2000 },
  );
});

test('ten thousand packages are one walk', () => {
  const count = 10_000;
  const nodes = Array.from({ length: count }, (_, index) => ({
    ...treeOf([]).nodes[0]!,
    alias: `p${index}`,
    location: `p${index}`,
    edgesIn: [
      { from: index === 0 ? '' : `p${Math.floor((index - 1) / 3)}`, type: 'prod', spec: '*' } as const,
    ],
  }));
  const chainOf = shortestChains({ ...treeOf([]), nodes });
  for (const { location } of nodes) expect(chainOf(location)?.length).toBeLessThan(12);
});
