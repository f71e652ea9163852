import fc from 'fast-check';
import { expect, test } from 'vitest';
import { liveLine } from '../../src/report/live-line.js';

const counts = { queries: 12, connections: 1, newest: 'registry.example:443', seconds: 7.9 };

test('counts and the newest destination', () => {
  expect(liveLine(counts, 100)).toBe('egresslock 7 s, 12 queries, 1 connection, newest registry.example:443');
  expect(liveLine({ ...counts, newest: null }, 100)).toBe('egresslock 7 s, 12 queries, 1 connection');
});

test('a long name keeps its end; without room it goes', () => {
  expect(liveLine(counts, 66)).toBe('egresslock 7 s, 12 queries, 1 connection, newest ...y.example:443');
  expect(liveLine(counts, 50)).toBe('egresslock 7 s, 12 queries, 1 connection');
});

test('always one line, always narrower than the terminal', () => {
  const arbitrary = fc.record({
    queries: fc.nat(),
    connections: fc.nat(),
    newest: fc.option(fc.string({ unit: 'binary' }), { nil: null }),
    seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
  });
  fc.assert(
    fc.property(arbitrary, fc.integer({ min: 0, max: 300 }), (any, width) => {
      const line = liveLine(any, width);
      expect(line).toMatch(/^[\x20-\x7e]*$/);
      expect(line.length).toBeLessThan(Math.max(1, width));
    }),
    { seed: 20_260_102, numRuns: 500 },
  );
});
