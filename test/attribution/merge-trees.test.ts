import { describe, expect, it } from 'vitest';
import { mergeTrees } from '../../src/attribution/merge-trees.js';
import { whyChains } from '../../src/attribution/why.js';
import { node, tree } from './sample.js';

const before = {
  ...tree(
    node('node_modules/a', [''], { name: '', version: null }),
    node('node_modules/gone', ['node_modules/a'], { resolved: 'git+file:///gone#1' }),
  ),
  source: 'virtual' as const,
};
const after = {
  ...tree(
    node('node_modules/a', ['', 'node_modules/b'], { name: 'rewritten', version: '2.0.0', resolved: 'x' }),
    node('node_modules/b', ['']),
  ),
  root: { name: 'renamed', version: null, location: '' },
};

describe('mergeTrees', () => {
  it('has the packages of all, sorted by location', () => {
    expect(mergeTrees([before, after])?.nodes.map((one) => one.location)).toEqual([
      'node_modules/a',
      'node_modules/b',
      'node_modules/gone',
    ]);
  });
  it('takes of the earliest tree what it knows, and the rest of the others', () => {
    expect(mergeTrees([before, after])?.nodes[0]).toMatchObject({
      name: 'rewritten',
      version: '2.0.0',
      resolved: 'x',
    });
    expect(mergeTrees([after, before])?.nodes[0]).toMatchObject({ name: 'rewritten', version: '2.0.0' });
    const named = tree(node('node_modules/a', [''], { name: 'a' }));
    expect(mergeTrees([named, after])?.nodes[0]).toMatchObject({
      name: 'a',
      version: '1.0.0',
      resolved: 'x',
    });
  });
  it('keeps the chains of a package that only one of them has', () => {
    const merged = mergeTrees([before, after]);
    expect(whyChains(merged!, 'node_modules/gone')).toEqual([
      ['app', 'a', 'gone'],
      ['app', 'b', 'a', 'gone'],
    ]);
  });
  it('has the root of the earliest, and says the best source', () => {
    expect(mergeTrees([before, after])).toMatchObject({ root: { name: 'app' }, source: 'actual' });
    expect(mergeTrees([before, { ...before, source: 'ideal' }])?.source).toBe('virtual');
  });
  it('passes over trees that are not there', () => {
    expect(mergeTrees([null, after])).toEqual(after);
    expect(mergeTrees([null, null])).toBeNull();
    expect(mergeTrees([])).toBeNull();
  });
  it('has an edge once that both have', () => {
    expect(mergeTrees([before, after, before])?.nodes[0]?.edgesIn.map((edge) => edge.from)).toEqual([
      '',
      'node_modules/b',
    ]);
  });
});
