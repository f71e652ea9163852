import type { Fragment, IpPacket } from './ip-packet.js';

const HEADER = 40;
const SOURCE = 8;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
/** Hop-by-hop, routing, destination options, mobility, HIP, shim6: their length counts 8 bytes, beyond the first 8 (RFC 6564). */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);
/** RFC 8200 §4.1: each at most once, destination options twice. */
const MAXIMUM_EXTENSIONS = 8;
const OFFSET = 0xfff8;

/** An IPv6 packet (RFC 8200) behind its extension headers; null where it is none, or is cut off within one of them. */
export function readIpv6(bytes: Buffer, view: DataView, at: number): IpPacket | null {
  const left = view.byteLength - at;
  if (left < HEADER) return null;
  // A jumbogram (RFC 2675), and what the kernel has not cut yet, say zero.
  const total = HEADER + (view.getUint16(at + 4) || left - HEADER);
  return skipExtensions(
    {
      bytes,
      view,
      addresses: at + SOURCE,
      addressLength: 16,
      protocol: view.getUint8(at + 6),
      start: at + HEADER,
      end: at + Math.min(left, total),
      length: total - HEADER,
      fragment: null,
    },
    true,
  );
}

/** Goes on behind the extension headers of a datagram that was put together. */
export function readReassembledIpv6(datagram: IpPacket): IpPacket | null {
  return skipExtensions(datagram, false);
}

/** @param mayBeFragment False for what is put together already: a fragment of a fragment is nobody's */
function skipExtensions(packet: IpPacket, mayBeFragment: boolean): IpPacket | null {
  const { bytes, end } = packet;
  let { protocol, start } = packet;
  let fragment: Fragment | null = null;
  for (let count = 0; fragment === null; count += 1) {
    const length = extensionLength(bytes, protocol, start);
    if (length === 0) break;
    if (count === MAXIMUM_EXTENSIONS || start + length > end) return null;
    if (protocol === FRAGMENT) {
      if (!mayBeFragment) return null;
      fragment = readFragment(bytes, start);
    }
    protocol = bytes[start] ?? 0;
    start += length;
  }
  if (start === packet.start) return packet;
  return { ...packet, protocol, start, length: packet.length - (start - packet.start), fragment };
}

/** Bytes of the extension header; 0 where the protocol is none. */
function extensionLength(bytes: Buffer, protocol: number, at: number): number {
  const units = bytes[at + 1] ?? 0;
  if (protocol === FRAGMENT) return 8;
  // RFC 4302 §2.2: it counts 4 bytes, beyond the first 8.
  if (protocol === AUTHENTICATION) return (units + 2) * 4;
  return EXTENSIONS.has(protocol) ? (units + 1) * 8 : 0;
}

/** Null for an atomic fragment (RFC 6946), which is whole. */
function readFragment(bytes: Buffer, at: number): Fragment | null {
  const field = bytes.readUInt16BE(at + 2);
  const offset = field & OFFSET;
  const hasMore = (field & 1) !== 0;
  return offset === 0 && !hasMore ? null : { identification: bytes.readUInt32BE(at + 4), offset, hasMore };
}
