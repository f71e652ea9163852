/* Link layers around an IP packet, by their numbers (tcpdump.org/linktypes.html). */
import { u16, u32 } from './packets.js';

const MACS = Buffer.from('020000000001020000000002', 'hex');

function etherType(packet: Buffer): number {
  return (packet[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd;
}

function isVersion4(packet: Buffer): boolean {
  return etherType(packet) === 0x0800;
}

export function ethernet(packet: Buffer): Buffer {
  const frame = Buffer.concat([MACS, u16(etherType(packet)), packet]);
  return frame.length >= 60 ? frame : Buffer.concat([frame, Buffer.alloc(60 - frame.length)]);
}

/** @param tags EtherType of each tag, the outermost first */
export function tagged(packet: Buffer, tags: readonly number[]): Buffer {
  return Buffer.concat([MACS, ...tags.flatMap((tag) => [u16(tag), u16(7)]), u16(etherType(packet)), packet]);
}

export function cooked(packet: Buffer): Buffer {
  return Buffer.concat([u16(4, 1, 6), Buffer.alloc(8), u16(etherType(packet)), packet]);
}

export function cooked2(packet: Buffer): Buffer {
  return Buffer.concat([u16(etherType(packet), 0), u32(2), u16(1), Buffer.of(4, 6), Buffer.alloc(8), packet]);
}

export function nflog(packet: Buffer, isLittleEndian: boolean): Buffer {
  const attribute = (type: number, value: Buffer): Buffer => {
    const head = u16(value.length + 4, type);
    if (isLittleEndian) head.swap16();
    return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  };
  return Buffer.concat([
    Buffer.of(isVersion4(packet) ? 2 : 10, 0, 0, 5),
    attribute(1, u16(etherType(packet), 3)),
    attribute(10, Buffer.from('mark\0')),
    attribute(9, packet),
  ]);
}

export interface LinkKind {
  readonly name: string;
  readonly linkType: number;
  readonly wrap: (packet: Buffer, isLittleEndian: boolean) => Buffer;
  /** Of which version it can carry packets; both where it is absent. */
  readonly only?: 4 | 6;
}

/** A BSD address family in the capturing machine's byte order. */
function family(packet: Buffer, isLittleEndian: boolean): Buffer {
  const bytes = u32(isVersion4(packet) ? 2 : 30);
  return isLittleEndian ? bytes.swap32() : bytes;
}

const raw = (packet: Buffer): Buffer => packet;

export const LINKS: readonly LinkKind[] = [
  { name: 'Ethernet', linkType: 1, wrap: ethernet },
  { name: 'VLAN', linkType: 1, wrap: (packet) => tagged(packet, [0x8100]) },
  { name: 'QinQ', linkType: 1, wrap: (packet) => tagged(packet, [0x88a8, 0x8100]) },
  { name: 'Linux cooked', linkType: 113, wrap: cooked },
  { name: 'Linux cooked 2', linkType: 276, wrap: cooked2 },
  { name: 'raw', linkType: 101, wrap: raw },
  { name: 'raw of BSD', linkType: 12, wrap: raw },
  { name: 'raw of OpenBSD', linkType: 14, wrap: raw },
  { name: 'IPv4', linkType: 228, wrap: raw, only: 4 },
  { name: 'IPv6', linkType: 229, wrap: raw, only: 6 },
  { name: 'null', linkType: 0, wrap: (packet, little) => Buffer.concat([family(packet, little), packet]) },
  { name: 'loop', linkType: 108, wrap: (packet) => Buffer.concat([family(packet, false), packet]) },
  { name: 'NFLOG', linkType: 239, wrap: nflog },
];
