import type { IpPacket } from '../network/ip-packet.js';

export const TCP = 6;
const LEAST = 20;

export const FLAG = { FIN: 0x01, SYN: 0x02, RST: 0x04, ACK: 0x10 } as const;

/** A TCP segment (RFC 9293 §3.1). */
export interface TcpSegment {
  readonly sourcePort: number;
  readonly port: number;
  /** Unsigned, 32 bits. */
  readonly sequence: number;
  readonly flags: number;
  /** Where in the packet's bytes the payload begins. */
  readonly start: number;
  /** Where what was kept of it ends. */
  readonly end: number;
  /** Bytes of payload on the wire. */
  readonly length: number;
}

/** Null where it is none, or is cut off within its header. */
export function readTcp({ view, start, end, length }: IpPacket): TcpSegment | null {
  if (end - start < LEAST) return null;
  const header = (view.getUint8(start + 12) >> 4) * 4;
  if (header < LEAST || header > length) return null;
  return {
    sourcePort: view.getUint16(start),
    port: view.getUint16(start + 2),
    sequence: view.getUint32(start + 4),
    flags: view.getUint8(start + 13),
    start: Math.min(end, start + header),
    end,
    length: length - header,
  };
}
