import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_IP } from '../../../../src/capture/import/link/ether-type.js';
import { findNetworkOf } from '../../../../src/capture/import/link/link-layer.js';
import { LINKS, tagged } from '../support/frames.js';
import { ip, u16, u32 } from '../support/packets.js';

const PACKETS = {
  4: ip({ from: '198.51.100.1', to: '203.0.113.1' }, 17, Buffer.alloc(12)),
  6: ip({ from: '2001:db8::1', to: '2001:db8::2' }, 17, Buffer.alloc(12)),
};

describe.each([true, false])('captured with little endian numbers: %s', (isLittleEndian) => {
  test.each(LINKS)('$name: the packet is found', ({ linkType, wrap, only }) => {
    const find = findNetworkOf({ linkType, isLittleEndian })!;
    for (const version of only === undefined ? ([4, 6] as const) : [only]) {
      const frame = wrap(PACKETS[version], isLittleEndian);
      const offset = find(frame);
      expect(frame.subarray(offset, offset + PACKETS[version].length)).toEqual(PACKETS[version]);
    }
  });
});

test('the address families of other systems, and the order of another machine', () => {
  const find = findNetworkOf({ linkType: 0, isLittleEndian: true })!;
  for (const family of [2, 10, 24, 28, 30]) {
    expect(find(u32(family))).toBe(4);
    expect(find(u32(family).swap32())).toBe(4);
  }
  expect(find(u32(7))).toBe(NO_IP);
});

test('what is no IP is none, and what is cut off is none', () => {
  const ethernet = findNetworkOf({ linkType: 1, isLittleEndian: true })!;
  expect(ethernet(Buffer.concat([Buffer.alloc(12), u16(0x0806), Buffer.alloc(28)]))).toBe(NO_IP);
  expect(ethernet(Buffer.alloc(13))).toBe(NO_IP);
  expect(ethernet(tagged(PACKETS[4], [0x8100]).subarray(0, 17))).toBe(NO_IP);
  expect(ethernet(tagged(PACKETS[4], [0x8100, 0x8100, 0x8100, 0x8100]))).toBe(30);
  expect(ethernet(tagged(PACKETS[4], [0x8100, 0x8100, 0x8100, 0x8100, 0x8100]))).toBe(NO_IP);
  const nflog = findNetworkOf({ linkType: 239, isLittleEndian: false })!;
  const endless = Buffer.concat([Buffer.of(2, 0, 0, 0), u16(0, 1), u16(4, 9)]);
  expect(nflog(endless)).toBe(NO_IP);
});

test('a link type that is not known has no finder', () => {
  expect(findNetworkOf({ linkType: 105, isLittleEndian: true })).toBeNull();
});

test('any frame has an answer within it', () => {
  const types = [...new Set(LINKS.map(({ linkType }) => linkType))];
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.boolean(),
      fc.uint8Array({ maxLength: 80 }),
      (linkType, isLittleEndian, bytes) => {
        const offset = findNetworkOf({ linkType, isLittleEndian })!(Buffer.from(bytes));
        expect(offset).toBeGreaterThanOrEqual(NO_IP);
        expect(offset).toBeLessThanOrEqual(bytes.length);
      },
    ),
    { seed: 20_260_203, numRuns: 5000 },
  );
});
