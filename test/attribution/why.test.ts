import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyChains } from '../../src/attribution/why.js';
import type { DependencyNode, DependencyTree } from '../../src/model/package.js';
import { node, tree } from './sample.js';

const location = (index: number): string => (index === 0 ? '' : `node_modules/p${index}`);

/** A tree whose edges are pairs of [who asks, who is asked for]; 0 is the root. */
function graph(size: number, edges: readonly (readonly [number, number])[]): DependencyTree {
  const nodes: DependencyNode[] = [];
  for (let index = 1; index <= size; index += 1) {
    const from = edges.filter(([, to]) => to === index).map(([asks]) => location(asks));
    nodes.push(node(location(index), [...new Set(from)]));
  }
  return tree(...nodes);
}

/** Every chain without a repeated node, by trying all. */
function allChains(size: number, edges: readonly (readonly [number, number])[], target: number): string[][] {
  const found = new Set<string>();
  const walk = (at: number, path: readonly number[]): void => {
    if (at === target) found.add(['app', ...path.map((index) => `p${index}`)].join(' '));
    else
      for (const [asks, to] of edges)
        if (asks === at && to !== 0 && to <= size && !path.includes(to)) walk(to, [...path, to]);
  };
  walk(0, []);
  return [...found].map((chain) => chain.split(' ')).sort(byLength);
}

function byLength(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [a.join('\0'), b.join('\0')];
  return a.length - b.length || (left < right ? -1 : left > right ? 1 : 0);
}

const size = 7;
const edges = fc.array(fc.tuple(fc.integer({ min: 0, max: size }), fc.integer({ min: 1, max: size })), {
  maxLength: 30,
});
const target = fc.integer({ min: 1, max: size });
const settings = { seed: 20_301, numRuns: 500 };

describe('whyChains of random graphs with cycles', () => {
  it('are the shortest of all chains, then the first by code unit', () => {
    fc.assert(
      fc.property(edges, target, fc.integer({ min: 1, max: 12 }), (pairs, to, limit) => {
        const chains = whyChains(graph(size, pairs), location(to), limit);
        expect(chains).toEqual(allChains(size, pairs, to).slice(0, limit));
      }),
      settings,
    );
  });
  it('begin at the root, end at the package, repeat no node and follow edges', () => {
    fc.assert(
      fc.property(edges, target, (pairs, to) => {
        for (const chain of whyChains(graph(size, pairs), location(to))) {
          expect(chain[0]).toBe('app');
          expect(chain.at(-1)).toBe(`p${to}`);
          expect(new Set(chain).size).toBe(chain.length);
          const numbers = chain.map((name) => (name === 'app' ? 0 : Number(name.slice(1))));
          for (const [index, asks] of numbers.slice(0, -1).entries())
            expect(pairs.some(([from, asked]) => from === asks && asked === numbers[index + 1])).toBe(true);
        }
      }),
      settings,
    );
  });
});

describe('whyChains of large trees', () => {
  it('are found where each of 3,000 packages asks for the hundred that come after it', () => {
    const nodes = Array.from({ length: 3000 }, (_, index) => {
      const first = Math.max(0, index - 99);
      const asks = Array.from({ length: index + 1 - first }, (_, at) => location(first + at));
      return node(location(index + 1), asks);
    });
    const chains = whyChains(tree(...nodes), location(3000));
    const hundreds = Array.from({ length: 30 }, (_, index) => `p${(index + 1) * 100}`);
    expect(chains[0]).toEqual(['app', ...hundreds]);
    expect(chains.slice(1).map((chain) => chain.length)).toEqual(Array(9).fill(32));
  });
  it('are found below many layers, each of which asks for all of the next', () => {
    const [width, depth] = [10, 12];
    const place = (layer: number, at: number): string => `node_modules/l${layer}-${at}`;
    const nodes = Array.from({ length: depth }, (_, layer) =>
      Array.from({ length: width }, (_, at) =>
        node(
          place(layer, at),
          layer === 0 ? [''] : Array.from({ length: width }, (_, asks) => place(layer - 1, asks)),
        ),
      ),
    ).flat();
    const chains = whyChains(tree(...nodes), place(depth - 1, 5), 2);
    const upper = Array.from({ length: depth - 2 }, (_, layer) => `l${layer}-0`);
    expect(chains).toEqual([
      ['app', ...upper, 'l10-0', 'l11-5'],
      ['app', ...upper, 'l10-1', 'l11-5'],
    ]);
  });
  it('are found at the end of a line of 3,000', () => {
    const nodes = Array.from({ length: 3000 }, (_, index) => node(location(index + 1), [location(index)]));
    expect(whyChains(tree(...nodes), location(3000))).toHaveLength(1);
  });
  it('are none in a knot of 3,000 that the root does not ask for', () => {
    const all = Array.from({ length: 3000 }, (_, index) => location(index + 1));
    const asks = all.filter((_, index) => index % 50 === 0);
    expect(whyChains(tree(...all.map((at) => node(at, asks))), location(7))).toEqual([]);
  });
});

describe('whyChains', () => {
  it('calls a root without a name (root)', () => {
    const unnamed = {
      ...tree(node('node_modules/a', [''])),
      root: { name: '', version: null, location: '' },
    };
    expect(whyChains(unnamed, 'node_modules/a')).toEqual([['(root)', 'a']]);
  });
  it('is the root alone for the root, and empty for what the tree does not have', () => {
    expect(whyChains(tree(), '')).toEqual([['app']]);
    expect(whyChains(tree(), 'node_modules/a')).toEqual([]);
  });
  it('calls each package as it is asked for', () => {
    const aliased = node('node_modules/b', ['node_modules/a'], { name: 'real', alias: 'b' });
    expect(whyChains(tree(node('node_modules/a', ['']), aliased), 'node_modules/b')).toEqual([
      ['app', 'a', 'b'],
    ]);
  });
  it('counts a package once that asks twice', () => {
    const types = (['peer', 'prod'] as const).map((type) => ({ from: '', type, spec: '*' }));
    expect(whyChains(tree(node('node_modules/a', [], { edgesIn: types })), 'node_modules/a')).toEqual([
      ['app', 'a'],
    ]);
  });
  it('gives one chain of names once, though two places have them', () => {
    const places = ['node_modules/b', 'node_modules/a/node_modules/b'];
    const nodes = [
      node('node_modules/a', ['']),
      ...places.map((at) => node(at, ['node_modules/a'])),
      node('node_modules/c', places),
    ];
    expect(whyChains(tree(...nodes), 'node_modules/c')).toEqual([['app', 'a', 'b', 'c']]);
  });
});
