import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SparseBytes } from '../../../src/capture/recognize/sparse-bytes.js';

const ROOM = { bytes: 1000, pieces: 100 };

test('each position keeps the first byte that came for it, and is counted once', () => {
  const part = fc.tuple(fc.nat(60), fc.uint8Array({ maxLength: 30 }));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), fc.nat(90), (parts, position) => {
      const sparse = new SparseBytes(ROOM);
      const model = new Map<number, number>();
      for (const [start, bytes] of parts) {
        expect(sparse.insert(start, bytes)).toBe(true);
        bytes.forEach((byte, index) => {
          if (!model.has(start + index)) model.set(start + index, byte);
        });
      }
      expect(sparse.held).toBe(model.size);
      const run: number[] = [];
      for (let at = position; model.has(at); at += 1) run.push(model.get(at)!);
      const missing = [...model.keys()].filter((at) => at >= position).sort((a, b) => a - b)[0];
      expect(sparse.missingAt(position)).toBe(
        missing === undefined ? Number.POSITIVE_INFINITY : missing - position,
      );
      const whole = sparse.whole(position + run.length);
      const isWhole = Array.from({ length: position }, (_, at) => at).every((at) => model.has(at));
      expect(whole === null).toBe(!isWhole);
      const taken: number[] = [];
      for (let bytes = sparse.take(position); bytes !== null; bytes = sparse.take(position + taken.length))
        taken.push(...bytes);
      expect(taken).toEqual(run);
      const after = [...model.keys()].filter((at) => at >= position + run.length);
      expect(sparse.held).toBe(after.length);
      sparse.clear();
      expect(sparse.held).toBe(0);
    }),
    { seed: 20_260_212, numRuns: 3000 },
  );
});

test('more bytes or pieces than the maximum are not kept', () => {
  const sparse = new SparseBytes({ bytes: 10, pieces: 2 });
  expect(sparse.insert(0, new Uint8Array(6))).toBe(true);
  expect(sparse.insert(20, new Uint8Array(5))).toBe(false);
  expect(sparse.insert(20, new Uint8Array(4))).toBe(true);
  expect(sparse.insert(0, new Uint8Array(6))).toBe(true);
  expect(sparse.held).toBe(10);
  const pieces = new SparseBytes({ bytes: 10, pieces: 2 });
  for (const start of [0, 2]) expect(pieces.insert(start, new Uint8Array(1))).toBe(true);
  expect(pieces.insert(4, new Uint8Array(1))).toBe(false);
});

test('what is kept is a copy', () => {
  const sparse = new SparseBytes(ROOM);
  const bytes = Uint8Array.of(1, 2, 3);
  sparse.insert(0, bytes);
  bytes.fill(0);
  expect(sparse.take(0)).toEqual(Uint8Array.of(1, 2, 3));
});
