import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPacketFilter, SNAP_LENGTH } from '../../../src/capture/witness/packet-filter.js';
import { attachPacketFilter, close, socket } from '../../../src/sandbox/libc.js';
import { CONSTANTS as C } from '../../../src/sandbox/syscalls.js';
import { runOnPacket } from '../../sandbox/support/bpf.js';
import { ethernet, FLAG, icmp, ipv4, ipv6, PROTOCOL, tcp, udp } from './support/frames.js';

const program = buildPacketFilter();
const { TCP, UDP, ICMP, ICMPV6 } = PROTOCOL;

test('the kernel takes the program', () => {
  const fd = socket(C.AF_INET, C.SOCK_DGRAM | C.SOCK_CLOEXEC, 0);
  expect(attachPacketFilter(fd, program)).toBe(0);
  close(fd);
});

test.each([
  ['a SYN', ipv4(TCP, tcp(FLAG.SYN))],
  ['a SYN behind IP options', ipv4(TCP, tcp(FLAG.SYN), { options: 3 })],
  ['a SYN with ACK', ipv4(TCP, tcp(FLAG.SYN | FLAG.ACK))],
  ['a SYN over IPv6', ipv6(TCP, tcp(FLAG.SYN))],
  ['UDP', ipv4(UDP, udp())],
  ['UDP over IPv6', ipv6(UDP, udp())],
  ['a later fragment of TCP', ipv4(TCP, tcp(FLAG.ACK), { fragment: 0x2001 })],
  ['the last fragment', ipv4(TCP, Buffer.alloc(4), { fragment: 0x1000 })],
  ['an echo request', ipv4(ICMP, icmp(8))],
  ['an echo request over IPv6', ipv6(ICMPV6, icmp(128))],
  ['an ICMPv6 type above the housekeeping', ipv6(ICMPV6, icmp(144))],
  ['an ICMPv6 error', ipv6(ICMPV6, icmp(1))],
  ['SCTP', ipv4(132, Buffer.alloc(12))],
  [
    'TCP behind an extension header',
    ipv6(0, Buffer.concat([Buffer.of(TCP, 0, 0, 0, 0, 0, 0, 0), tcp(FLAG.ACK)])),
  ],
  ['a VLAN tag', ethernet(0x8100, Buffer.alloc(40))],
])('passes %s', (_what, frame) => {
  expect(runOnPacket(program, frame)).toBe(SNAP_LENGTH);
});

test.each([
  ['data of a connection', ipv4(TCP, tcp(FLAG.ACK))],
  ['data with "do not fragment"', ipv4(TCP, tcp(FLAG.ACK), { fragment: 0x4000 })],
  ['a first fragment of data', ipv4(TCP, tcp(FLAG.ACK), { fragment: 0x2000 })],
  ['data behind IP options', ipv4(TCP, tcp(FLAG.ACK), { options: 10 })],
  ['an end over IPv6', ipv6(TCP, tcp(FLAG.FIN | FLAG.ACK))],
  ['a reset', ipv4(TCP, tcp(FLAG.RST))],
  ['ARP', ethernet(0x0806, Buffer.alloc(28))],
  ['the first of the link layer housekeeping', ipv6(ICMPV6, icmp(130))],
  ['a neighbour solicitation', ipv6(ICMPV6, icmp(135))],
  ['the last of it', ipv6(ICMPV6, icmp(143))],
])('drops %s', (_what, frame) => {
  expect(runOnPacket(program, frame)).toBe(0);
});

test('every packet is passed whole or dropped', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0x0800, 0x86dd, 0x0806, 0x88cc),
      fc.uint8Array({ maxLength: 80 }),
      (type, payload) => {
        expect([0, SNAP_LENGTH]).toContain(runOnPacket(program, ethernet(type, Buffer.from(payload))));
      },
    ),
    { seed: 2, numRuns: 1000 },
  );
});
