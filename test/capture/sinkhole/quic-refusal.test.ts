import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refuseQuic } from '../../../src/capture/sinkhole/quic-refusal.js';
import { protectInitial, VERSION_2 } from '../recognize/quic/support.js';

test.for([1, VERSION_2])('a client of version %i hears of none that it speaks', (version) => {
  const initial = protectInitial({ version, frames: Buffer.of(1) });
  // The form of RFC 9000 §17.2.1: both connection ids, the other way round; the client's own is empty.
  expect(refuseQuic(initial)?.toString('hex')).toBe(`c00000000000088394c8f03e5157080a1a2a3a`);
});

test('connection ids come back the other way round', () => {
  const ids = fc.tuple(
    fc.uint8Array({ minLength: 8, maxLength: 20 }),
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom(1, 0xff00001d),
  );
  fc.assert(
    fc.property(ids, ([destination, source, version]) => {
      const initial = Buffer.alloc(1200);
      initial[0] = 0xc0;
      initial.writeUInt32BE(version, 1);
      initial.set([destination.length, ...destination, source.length, ...source], 5);
      const answer = refuseQuic(initial) ?? Buffer.alloc(0);
      expect(answer.readUInt32BE(1)).toBe(0);
      expect([...answer.subarray(5)]).toEqual([
        ...[source.length, ...source, destination.length, ...destination],
        ...[0x0a, 0x1a, 0x2a, 0x3a],
      ]);
      expect(answer.length).toBeLessThan(initial.length);
    }),
    { seed: 1 },
  );
});

test('whatever is no Initial is not answered', () => {
  const initial = protectInitial({ frames: Buffer.of(1) });
  const short = Buffer.from(initial);
  short[0] = 0x40;
  const unknown = Buffer.from(initial);
  unknown.writeUInt32BE(0x0a0a0a0a, 1);
  for (const datagram of [initial.subarray(0, 1199), short, unknown, Buffer.alloc(0)]) {
    expect(refuseQuic(datagram)).toBeNull();
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => {
      refuseQuic(bytes);
    }),
    { seed: 1 },
  );
});
