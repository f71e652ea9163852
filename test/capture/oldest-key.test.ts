import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOldestKey } from '../../src/capture/oldest-key.js';

test('the oldest key, whatever was added, renewed and deleted before', () => {
  const step = fc.record({ kind: fc.constantFrom('add', 'renew', 'delete', 'oldest'), key: fc.nat(12) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const map = new Map<number, true>();
      const oldest = createOldestKey(map);
      for (const { kind, key } of steps) {
        if (kind === 'renew') map.delete(key);
        if (kind === 'delete') map.delete(key);
        else if (kind !== 'oldest') map.set(key, true);
        if (kind !== 'oldest') continue;
        const [expected] = map.keys();
        const found = oldest();
        expect(found).toBe(expected);
        if (found !== undefined) map.delete(found);
      }
    }),
    { seed: 20_260_211, numRuns: 2000 },
  );
});
