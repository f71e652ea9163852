import type { IpPacket } from './ip-packet.js';

const LEAST = 20;
const SOURCE = 12;
const OFFSET = 0x1fff;
const MORE = 0x2000;

/** An IPv4 packet (RFC 791); null where it is none, or is cut off within its header. */
export function readIpv4(bytes: Buffer, view: DataView, at: number): IpPacket | null {
  const left = view.byteLength - at;
  if (left < LEAST) return null;
  const header = (view.getUint8(at) & 0xf) * 4;
  // The kernel hands over large segments before it cuts them, with a total length of zero where it doesn't fit.
  const total = view.getUint16(at + 2) || left;
  if (header < LEAST || header > left || header > total) return null;
  const flags = view.getUint16(at + 6);
  const isWhole = (flags & (OFFSET | MORE)) === 0;
  return {
    bytes,
    view,
    addresses: at + SOURCE,
    addressLength: 4,
    protocol: view.getUint8(at + 9),
    start: at + header,
    // A frame may be longer than its packet: Ethernet pads to 60 bytes.
    end: at + Math.min(left, total),
    length: total - header,
    fragment: isWhole
      ? null
      : {
          identification: view.getUint16(at + 4),
          offset: (flags & OFFSET) * 8,
          hasMore: (flags & MORE) !== 0,
        },
  };
}
