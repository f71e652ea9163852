import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TcpStream } from '../../../../src/capture/import/transport/tcp-stream.js';

const TEXT = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

interface Segment {
  readonly start: number;
  readonly bytes: Buffer;
  /** Bytes on the wire, where fewer were kept. */
  readonly length?: number;
}

function play(initial: number, segments: readonly Segment[]) {
  const stream = new TcpStream();
  stream.begin(initial);
  const parts: Buffer[] = [];
  for (const { start, bytes, length = bytes.length } of segments) {
    const sequence = (initial + 1 + start) >>> 0;
    stream.count(sequence, length);
    stream.order(sequence, bytes, length, (part) => parts.push(Buffer.from(part)));
  }
  return { stream, text: Buffer.concat(parts) };
}

const part = (start: number, end: number): Segment => ({ start, bytes: TEXT.subarray(start, end) });

test('segments in any order, cut in any way, some of them again, at any sequence number', () => {
  const cuts = fc
    .uniqueArray(fc.integer({ min: 1, max: 255 }), { maxLength: 30 })
    .map((all) => [0, ...all.sort((a, b) => a - b), 256]);
  const initial = fc.oneof(fc.constantFrom(0, 0xffffffff, 0x7fffffff, 0xffffff80), fc.nat(0xffffffff));
  const again = fc.array(fc.tuple(fc.nat(255), fc.nat(60)), { maxLength: 6 });
  fc.assert(
    fc.property(cuts, again, initial, fc.infiniteStream(fc.nat()), (all, repeated, start, random) => {
      const segments = [
        ...all.slice(1).map((end, index) => part(all[index]!, end)),
        ...repeated.map(([from, length]) => part(from, Math.min(256, from + length))),
      ];
      const shuffled = segments
        .map((segment) => ({ segment, order: random.next().value as number }))
        .sort((a, b) => a.order - b.order)
        .map(({ segment }) => segment);
      const { stream, text } = play(start, shuffled);
      expect(text).toEqual(TEXT);
      expect(stream.bytes).toBe(256);
      expect(stream.waiting).toBe(0);
    }),
    { seed: 20_260_206, numRuns: 1000 },
  );
});

describe('of bytes that come twice the first count', () => {
  const other = (start: number, end: number): Segment => ({ start, bytes: Buffer.alloc(end - start, 0xff) });

  test('where they were in order', () => {
    expect(play(7, [part(0, 100), other(50, 120), part(100, 256)]).text.subarray(0, 120)).toEqual(
      Buffer.concat([TEXT.subarray(0, 100), Buffer.alloc(20, 0xff)]),
    );
  });

  test('where they waited', () => {
    const { text } = play(7, [part(10, 20), other(5, 30), part(0, 8)]);
    expect(text).toEqual(
      Buffer.concat([
        TEXT.subarray(0, 5),
        Buffer.alloc(5, 0xff),
        TEXT.subarray(10, 20),
        Buffer.alloc(10, 0xff),
      ]),
    );
  });
});

test('a keep-alive repeats a byte and is none', () => {
  const { stream, text } = play(7, [part(0, 100), { start: 99, bytes: Buffer.of(0) }, part(100, 256)]);
  expect(text).toEqual(TEXT);
  expect(stream.bytes).toBe(256);
});

test('bytes that the capture lacks are counted, and end the order', () => {
  const cut = play(7, [{ start: 0, bytes: TEXT.subarray(0, 60), length: 200 }, part(200, 256)]);
  expect(cut.text).toEqual(TEXT.subarray(0, 60));
  expect(cut.stream).toMatchObject({ bytes: 256, isBroken: true });
  const gap = play(7, [part(0, 10), part(20, 256)]);
  expect(gap.text).toEqual(TEXT.subarray(0, 10));
  expect(gap.stream).toMatchObject({ bytes: 256, isBroken: false, waiting: 236 });
});

test('what waits for a missing segment has a maximum', () => {
  const big = Buffer.alloc(1000);
  const segments = Array.from({ length: 100 }, (_, index) => ({ start: 1 + index * 1000, bytes: big }));
  const { stream } = play(7, segments.slice(0, 60));
  expect(stream).toMatchObject({ isBroken: false, waiting: 60_000 });
  expect(play(7, segments).stream).toMatchObject({ isBroken: true, waiting: 0 });
  const crumbs = Array.from({ length: 100 }, (_, index) => part(1 + index * 2, 2 + index * 2));
  expect(play(7, crumbs).stream).toMatchObject({ isBroken: true, waiting: 0 });
});

test('a segment that no window allows counts nothing', () => {
  expect(play(7, [part(0, 10), { start: 2 ** 31 - 100, bytes: Buffer.alloc(10) }]).stream.bytes).toBe(10);
});
