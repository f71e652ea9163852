import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, frame } from '../../../src/capture/resolver/tcp-frames.js';

const message = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

test('messages come out whole, wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 20 })),
      (messages, cuts) => {
        const stream = Buffer.concat(messages.map(frame));
        const reader = createFrameReader();
        const found: Buffer[] = [];
        let at = 0;
        for (const length of [...cuts, stream.length]) {
          found.push(...reader.push(stream.subarray(at, at + length)));
          at += length;
        }
        expect(found).toEqual(messages);
      },
    ),
    { seed: 7766, numRuns: 500 },
  );
});

test('the longest message has 65,535 bytes', () => {
  const longest = Buffer.alloc(65_535, 7);
  expect(createFrameReader().push(frame(longest))).toEqual([longest]);
});
