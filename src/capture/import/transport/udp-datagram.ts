import type { IpPacket } from '../network/ip-packet.js';

export const UDP = 17;
const HEADER = 8;

/** A UDP datagram (RFC 768). */
export interface UdpDatagram {
  readonly sourcePort: number;
  readonly port: number;
  /** What was kept of the payload; it holds until the next packet is read. */
  readonly payload: Buffer;
  /** Bytes of payload on the wire. */
  readonly length: number;
}

/** Null where it is none, or is cut off within its header. */
export function readUdp({ bytes, view, start, end, length }: IpPacket): UdpDatagram | null {
  if (end - start < HEADER) return null;
  // Zero where it would not fit (RFC 2675 §4).
  const total = view.getUint16(start + 4) || length;
  if (total < HEADER || total > length) return null;
  return {
    sourcePort: view.getUint16(start),
    port: view.getUint16(start + 2),
    payload: bytes.subarray(start + HEADER, Math.min(end, start + total)),
    length: total - HEADER,
  };
}
