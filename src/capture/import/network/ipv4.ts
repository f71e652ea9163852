import type { IpPacket } from './ip-packet.js';

const LEAST = 20;
const SOURCE = 12;
const OFFSET = 0x1fff;
const MORE = 0x2000;

/** An IPv4 packet (RFC 791); null where it is none, or is cut off within its header. */
export function readIpv4(bytes: Buffer, at: number): IpPacket | null {
  const left = bytes.length - at;
  if (left < LEAST) return null;
  const header = ((bytes[at] ?? 0) & 0xf) * 4;
  // The kernel hands over large segments before it cuts them, with a total length of zero where it doesn't fit.
  const total = bytes.readUInt16BE(at + 2) || left;
  if (header < LEAST || header > left || header > total) return null;
  const flags = bytes.readUInt16BE(at + 6);
  const isWhole = (flags & (OFFSET | MORE)) === 0;
  return {
    bytes,
    addresses: at + SOURCE,
    addressLength: 4,
    protocol: bytes[at + 9] ?? 0,
    start: at + header,
    // A frame may be longer than its packet: Ethernet pads to 60 bytes.
    end: at + Math.min(left, total),
    length: total - header,
    fragment: isWhole
      ? null
      : {
          identification: bytes.readUInt16BE(at + 4),
          offset: (flags & OFFSET) * 8,
          hasMore: (flags & MORE) !== 0,
        },
  };
}
