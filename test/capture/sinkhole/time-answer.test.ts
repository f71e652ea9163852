import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerTime } from '../../../src/capture/sinkhole/time-answer.js';

/** 48 bytes of a client. */
function request(version: number, rest: Uint8Array = new Uint8Array(47)): Buffer {
  return Buffer.from([(version << 3) | 3, ...rest]);
}

/** Milliseconds since 1970 of a timestamp, in the era of `near`. */
function timeIn(answer: Buffer, at: number, near: number): number {
  const seconds = answer.readUInt32BE(at) - 2_208_988_800;
  const era = Math.round((near / 1000 - seconds) / 2 ** 32);
  return (seconds + era * 2 ** 32) * 1000 + (answer.readUInt32BE(at + 4) / 2 ** 32) * 1000;
}

test('the answer of a server with its own clock', () => {
  const asked = request(4, Buffer.alloc(47).fill(9));
  const answer = answerTime(asked, Date.parse('2026-01-02T03:04:05.500Z'));
  // 2026-01-02T03:04:05.5 is ed01b425.8 since 1900.
  expect(answer?.toString('hex')).toBe(
    ['240109f6', '00000000', '00000000', '4c4f434c', 'ed01b42580000000', '0909090909090909'].join('') +
      'ed01b42580000000'.repeat(2),
  );
});

test('a client computes the time from it, in this era and the next', () => {
  const clock = fc.integer({ min: 0, max: Date.parse('2100-01-01') });
  const rest = fc.uint8Array({ minLength: 47, maxLength: 47 });
  fc.assert(
    fc.property(clock, rest, fc.integer({ min: 1, max: 4 }), (now, bytes, version) => {
      const asked = request(version, bytes);
      const answer = answerTime(asked, now) ?? Buffer.alloc(0);
      expect(answer).toHaveLength(48);
      expect(answer[0]).toBe((version << 3) | 4);
      expect(answer.subarray(24, 32)).toEqual(asked.subarray(40));
      for (const at of [16, 32, 40]) expect(Math.abs(timeIn(answer, at, now) - now)).toBeLessThan(1);
    }),
    { seed: 1 },
  );
});

test.for([
  ['a server', Buffer.concat([Buffer.of(0x24), Buffer.alloc(47)])],
  ['no version', request(0)],
  ['a version to come', request(5)],
  ['a control message', Buffer.concat([Buffer.of(0x16), Buffer.alloc(11)])],
  ['a signed request', Buffer.concat([request(4), Buffer.alloc(20)])],
  ['nothing', Buffer.alloc(0)],
] as const)('%s is not answered', ([, datagram]) => {
  expect(answerTime(datagram, 0)).toBeNull();
});
