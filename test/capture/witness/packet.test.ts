import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPacket } from '../../../src/capture/witness/packet.js';
import { ethernet, FLAG, icmp, ipv4, ipv6, PROTOCOL, tcp, udp } from './support/frames.js';

const { TCP, UDP, ICMP, IGMP, ICMPV6 } = PROTOCOL;
const BOTH4 = { source: '100.127.255.254', address: '203.0.113.9' };
const BOTH6 = { source: 'fd65:6772:6573:736c::', address: '2001:db8::9' };
const TCP_PORTS = { protocol: TCP, sourcePort: 40_000, port: 443, housekeeping: false };
const UDP_PORTS = { protocol: UDP, sourcePort: 40_001, port: 53, housekeeping: false, opens: false };
/** An extension header of so many bytes before what follows. */
const extension = (next: number, length: number): Buffer => {
  const header = Buffer.alloc(length);
  header.set([next, length / 8 - 1]);
  return header;
};
const fragment = (next: number, bits: number): Buffer =>
  Buffer.of(next, 0, bits >> 8, bits & 255, 0, 0, 0, 1);

test.each([
  ['TCP', ipv4(TCP, tcp(FLAG.SYN)), { ...BOTH4, ...TCP_PORTS, opens: true }],
  ['TCP behind options', ipv4(TCP, tcp(FLAG.SYN), { options: 10 }), { ...BOTH4, ...TCP_PORTS, opens: true }],
  ['an answered SYN', ipv4(TCP, tcp(FLAG.SYN | FLAG.ACK)), { ...BOTH4, ...TCP_PORTS, opens: false }],
  ['TCP over IPv6', ipv6(TCP, tcp(FLAG.SYN)), { ...BOTH6, ...TCP_PORTS, opens: true }],
  [
    'TCP behind extensions',
    ipv6(0, Buffer.concat([extension(43, 16), extension(60, 8), extension(TCP, 24), tcp(FLAG.SYN)])),
    { ...BOTH6, ...TCP_PORTS, opens: true },
  ],
  ['UDP', ipv4(UDP, udp()), { ...BOTH4, ...UDP_PORTS }],
  ['UDP over IPv6', ipv6(UDP, udp()), { ...BOTH6, ...UDP_PORTS }],
  // A datagram longer than the link's MTU: its first fragment tells the flow.
  ['a first fragment', ipv4(UDP, udp(), { fragment: 0x2000 }), { ...BOTH4, ...UDP_PORTS }],
  [
    'a first fragment over IPv6',
    ipv6(44, Buffer.concat([fragment(UDP, 1), udp()])),
    { ...BOTH6, ...UDP_PORTS },
  ],
  [
    'another protocol',
    ipv4(132, udp()),
    { ...BOTH4, protocol: 132, sourcePort: 0, port: 0, opens: false, housekeeping: false },
  ],
])('reads %s', (_what, frame, expected) => {
  expect(readPacket(frame)).toEqual(expected);
});

test.each([
  ['a later fragment', ipv4(UDP, udp(), { fragment: 0x2001 })],
  ['the last fragment', ipv4(UDP, udp(), { fragment: 0x1000 })],
  ['a later fragment over IPv6', ipv6(44, Buffer.concat([fragment(UDP, 8), udp()]))],
  ['ARP', ethernet(0x0806, Buffer.alloc(28))],
  ['half an IPv6 header', ipv6(TCP, tcp(FLAG.SYN)).subarray(0, 40)],
  ['next to nothing', Buffer.alloc(33)],
])('%s tells no flow', (_what, frame) => {
  expect(readPacket(frame)).toBeNull();
});

test.each([
  ['ICMP unreachable', true, ipv4(ICMP, icmp(3))],
  ['ICMP time exceeded', true, ipv4(ICMP, icmp(11))],
  ['an echo request', false, ipv4(ICMP, icmp(8))],
  ['IGMP', true, ipv4(IGMP, icmp(0x16))],
  ['ICMPv6 unreachable', true, ipv6(ICMPV6, icmp(1))],
  ['an ICMPv6 echo request', false, ipv6(ICMPV6, icmp(128))],
  // The same bytes as ICMP, of a process's protocol.
  ['UDP', false, ipv4(UDP, icmp(3))],
])('%s is housekeeping: %s', (_what, expected, frame) => {
  expect(readPacket(frame)?.housekeeping).toBe(expected);
});

test('random bytes are read or not, and never throw', () => {
  const frame = fc
    .tuple(fc.constantFrom(0x0800, 0x86dd), fc.uint8Array({ maxLength: 120 }))
    .map(([type, payload]) => ethernet(type, Buffer.from(payload)));
  const cut = fc.tuple(
    fc.constantFrom(ipv4(TCP, tcp(2)), ipv6(0, Buffer.concat([extension(TCP, 8), tcp(2)]))),
    fc.nat(80),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        frame,
        cut.map(([whole, length]) => whole.subarray(0, length)),
      ),
      (bytes) => {
        const packet = readPacket(bytes);
        expect(packet === null || packet.port <= 65_535).toBe(true);
      },
    ),
    { seed: 791, numRuns: 1000 },
  );
});
