import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fragments } from '../../../../src/capture/import/network/fragments.js';
import type { IpPacket } from '../../../../src/capture/import/network/ip-packet.js';
import { readIp } from '../../../../src/capture/import/network/read-ip.js';
import { fragments, ip, PADDED_EXTENSION, type Path, u16, u32 } from '../support/packets.js';

const PATHS: Record<4 | 6, Path> = {
  4: { from: '198.51.100.1', to: '203.0.113.1', sourcePort: 1, port: 2 },
  6: { from: '2001:db8::1', to: '2001:db8::2', sourcePort: 1, port: 2 },
};
const PAYLOAD = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

function payloadOf(packet: IpPacket | null): string | null {
  return packet === null ? null : packet.bytes.toString('hex', packet.start, packet.end);
}

describe('headers', () => {
  test('options, extension headers and the padding of a frame are no payload', () => {
    const options = ip(PATHS[4], 17, PAYLOAD, { options: Buffer.alloc(8) });
    expect(readIp(Buffer.concat([options, Buffer.alloc(6)]), 0)).toMatchObject({
      protocol: 17,
      start: 28,
      end: 128,
      length: 100,
    });
    const routing = Buffer.of(0, 2, 0, 0, ...Array<number>(20).fill(0));
    const authentication = Buffer.of(0, 4, 0, 0, ...Array<number>(20).fill(0));
    const extended = ip(PATHS[6], 6, PAYLOAD, {
      extensions: [
        [0, PADDED_EXTENSION],
        [43, routing],
        [51, authentication],
        [60, PADDED_EXTENSION],
      ],
    });
    expect(readIp(Buffer.concat([extended, Buffer.alloc(3)]), 0)).toMatchObject({
      protocol: 6,
      start: 104,
      end: 204,
      length: 100,
    });
  });

  test('a packet that was cut says how long it was; one without a length is as long as its frame', () => {
    for (const version of [4, 6] as const) {
      const packet = ip(PATHS[version], 17, PAYLOAD);
      const header = packet.length - 100;
      expect(readIp(packet.subarray(0, header + 30), 0)).toMatchObject({ end: header + 30, length: 100 });
      packet.writeUInt16BE(0, version === 4 ? 2 : 4);
      expect(readIp(packet, 0)).toMatchObject({ end: header + 100, length: 100 });
    }
  });

  test('what makes no sense is no packet', () => {
    const short = ip(PATHS[4], 17, PAYLOAD);
    short[0] = 0x44;
    const long = ip(PATHS[4], 17, PAYLOAD);
    long.writeUInt16BE(19, 2);
    const chain = ip(PATHS[6], 17, PAYLOAD, {
      extensions: Array.from({ length: 9 }, () => [60, PADDED_EXTENSION] as const),
    });
    const open = ip(PATHS[6], 17, Buffer.alloc(0), {
      extensions: [[60, Buffer.of(0, 200, 0, 0, 0, 0, 0, 0)]],
    });
    for (const bytes of [
      short,
      long,
      chain,
      open,
      Buffer.of(0x50),
      Buffer.alloc(0),
      ip(PATHS[6], 17, PAYLOAD).subarray(0, 39),
    ]) {
      expect(readIp(bytes, 0)).toBeNull();
    }
  });
});

describe.each([4, 6] as const)('fragments of IPv%i', (version) => {
  const path = PATHS[version];
  const cut = (identification = 1, size = 24): IpPacket[] =>
    fragments(path, 17, PAYLOAD, size, identification).map((bytes) => readIp(bytes, 0)!);
  const push = (packets: readonly IpPacket[], all = new Fragments(), at = 0) =>
    packets.map((packet) => payloadOf(all.push(packet, at)));

  test('in any order, some of them twice', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), fc.nat(4), (order, twice) => {
        const parts = cut();
        const results = push([parts[twice]!, ...order.map((index) => parts[index]!)]);
        const whole = results.filter((result) => result !== null);
        expect(whole).toEqual([PAYLOAD.toString('hex')]);
      }),
      { seed: 20_260_204, numRuns: 200 },
    );
  });

  test('of bytes that came twice the first count', () => {
    const parts = cut();
    const other = fragments(path, 17, Buffer.alloc(100, 0xff), 48, 1).map((bytes) => readIp(bytes, 0)!);
    expect(push([parts[0]!, parts[4]!, parts[3]!, other[0]!, parts[2]!]).at(-1)).toBe(
      Buffer.concat([PAYLOAD.subarray(0, 24), Buffer.alloc(24, 0xff), PAYLOAD.subarray(48)]).toString('hex'),
    );
  });

  test('of several datagrams at once, and of one number used anew', () => {
    const all = new Fragments();
    const one = cut(1);
    const two = cut(2);
    expect(push([one[0]!, two[0]!, ...two.slice(1), ...one.slice(1)], all).filter(Boolean)).toHaveLength(2);
    expect(all.lost).toBe(0);
    push(one.slice(0, 2), all, 0);
    expect(push(one.slice(2), all, 31_000)).toEqual([null, null, null]);
    expect(push(one.slice(0, 2), all, 31_001)[1]).toBe(PAYLOAD.toString('hex'));
    expect(all.lost).toBe(1);
  });

  test('of thousands of datagrams that are never whole, few are kept', () => {
    const all = new Fragments();
    for (let number = 0; number < 3000; number += 1) push([cut(number)[0]!], all);
    expect(all.lost).toBe(3000);
    expect(push(cut(2999).slice(1), all).at(-1)).toBe(PAYLOAD.toString('hex'));
    expect(push(cut(5).slice(1), all).at(-1)).toBeNull();
  });

  test('that go beyond the largest datagram, or are cut, are no part of any', () => {
    const all = new Fragments();
    const beyond = ip(path, 17, Buffer.alloc(64), {
      identification: 3,
      fragment: { offset: 65_528, more: true },
    });
    const odd = ip(path, 17, Buffer.alloc(63), { identification: 3, fragment: { offset: 0, more: true } });
    expect(push([readIp(beyond, 0)!, readIp(odd, 0)!], all)).toEqual([null, null]);
    expect(all.lost).toBe(0);
    const parts = fragments(path, 17, PAYLOAD, 24, 4).map(
      (bytes, index) => readIp(index === 1 ? bytes.subarray(0, -4) : bytes, 0)!,
    );
    expect(push(parts, all).every((result) => result === null)).toBe(true);
    expect(all.lost).toBe(1);
  });
});

test('extension headers inside of fragments, and an atomic fragment', () => {
  const inner = Buffer.concat([Buffer.of(17, 0, 1, 4, 0, 0, 0, 0), PAYLOAD]);
  const all = new Fragments();
  const whole = fragments(PATHS[6], 60, inner, 32, 9)
    .map((bytes) => all.push(readIp(bytes, 0)!, 0))
    .at(-1)!;
  expect(whole).toMatchObject({ protocol: 17, length: 100 });
  expect(payloadOf(whole)).toBe(PAYLOAD.toString('hex'));
  const atomic = ip(PATHS[6], 17, PAYLOAD, { fragment: { offset: 0, more: false } });
  expect(readIp(atomic, 0)).toMatchObject({ fragment: null, protocol: 17, length: 100 });
  const nested = Buffer.concat([Buffer.of(17, 0), u16(8), u32(1), PAYLOAD]);
  expect(
    fragments(PATHS[6], 44, nested, 56, 9).map((bytes) => new Fragments().push(readIp(bytes, 0)!, 0)),
  ).toEqual([null, null]);
});

test('any bytes are a packet within them, or none', () => {
  const all = new Fragments();
  const first = fc.constantFrom(0x45, 0x4f, 0x60);
  fc.assert(
    fc.property(first, fc.uint8Array({ minLength: 10, maxLength: 120 }), fc.nat(20), (version, bytes, at) => {
      bytes[at % bytes.length] = version;
      const packet = readIp(Buffer.from(bytes), at % bytes.length);
      const whole = packet === null ? null : all.push(packet, 0);
      for (const found of [packet, whole]) {
        if (found === null) continue;
        expect(found.start).toBeLessThanOrEqual(found.end);
        expect(found.end).toBeLessThanOrEqual(found.bytes.length);
        expect(found.length).toBeGreaterThanOrEqual(found.end - found.start);
      }
    }),
    { seed: 20_260_205, numRuns: 10_000 },
  );
});
