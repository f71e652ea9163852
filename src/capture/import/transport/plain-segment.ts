import { FLAG, TCP } from './tcp-segment.js';

const IPV4 = { versionAndHeader: 0x45, header: 20, source: 12 } as const;
const IPV6 = { header: 40, source: 8 } as const;
const TCP_HEADER = 20;
/** Of RFC 791 §3.1: more fragments, and the fragment's offset. */
const FRAGMENT = 0x3fff;

/** A segment that acknowledges, as all do but the first one and most resets. */
export interface PlainSegment {
  /** Where source, destination and both ports stand, one after the other. */
  ends: number;
  endsLength: number;
  sequence: number;
  flags: number;
  /** Bytes of payload on the wire. */
  length: number;
}

/**
 * Reads a plain segment's fields into `into`: without options of IPv4, extension headers of IPv6, or fragments, and no
 * reset. False for all others, of which nothing is said.
 * @param at Where the IP header begins; @param end Where what was kept ends
 */
export function readPlainSegment(view: DataView, at: number, end: number, into: PlainSegment): boolean {
  // The least that any packet has: its first byte says how much it must have.
  if (at + IPV4.header > end) return false;
  const first = view.getUint8(at);
  const isIpv4 = first === IPV4.versionAndHeader;
  const tcp = at + (isIpv4 ? IPV4.header : IPV6.header);
  if (tcp + TCP_HEADER > end) return false;
  let length: number;
  if (isIpv4) {
    if (view.getUint8(at + 9) !== TCP || (view.getUint16(at + 6) & FRAGMENT) !== 0) return false;
    length = view.getUint16(at + 2) - IPV4.header;
  } else {
    if (first >> 4 !== 6 || view.getUint8(at + 6) !== TCP) return false;
    length = view.getUint16(at + 4);
  }
  const header = (view.getUint8(tcp + 12) >> 4) * 4;
  const flags = view.getUint8(tcp + 13);
  if ((flags & (FLAG.RST | FLAG.ACK)) !== FLAG.ACK || header < TCP_HEADER || header > length) return false;
  into.ends = at + (isIpv4 ? IPV4.source : IPV6.source);
  into.endsLength = tcp + 4 - into.ends;
  into.sequence = view.getUint32(tcp + 4);
  into.flags = flags;
  into.length = length - header;
  return true;
}
