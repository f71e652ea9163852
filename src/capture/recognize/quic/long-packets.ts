import { Cursor } from '../cursor.js';
import { readVarint } from './varint.js';
import { type QuicVersion, quicVersion } from './versions.js';

/** An Initial packet whose header and payload are still protected (RFC 9000 §17.2.2). */
export interface ProtectedInitial {
  readonly version: QuicVersion;
  /** Destination's connection id. */
  readonly destination: Uint8Array;
  /** From its first byte to the end of its payload. */
  readonly bytes: Uint8Array;
  /** Where in `bytes` the packet's number begins. */
  readonly numberAt: number;
}

/** Header form and fixed bit (RFC 9000 §17.2). */
const LONG_HEADER = 0xc0;
const TYPE_BITS = 0x30;
/** RFC 9000 §17.2: of a connection id in version 1. */
const MAXIMUM_ID = 20;
/** RFC 9000 §12.2: one of each type would be 3; a datagram of tiny ones must not cost more than it is worth. */
const MAXIMUM_PACKETS = 8;

/** The Initial packets of a datagram, which may carry several packets (RFC 9000 §12.2). Stops where it makes no sense. */
export function readInitials(datagram: Uint8Array): ProtectedInitial[] {
  const found: ProtectedInitial[] = [];
  let rest = datagram;
  for (let count = 0; count < MAXIMUM_PACKETS && rest.length > 0; count += 1) {
    const packet = readLong(rest);
    if (packet === null) break;
    if (packet.isInitial) found.push(packet);
    rest = rest.subarray(packet.bytes.length);
  }
  return found;
}

/** Null for a short header, a Retry (neither says where it ends), an unknown version, and what is cut off. */
function readLong(bytes: Uint8Array): (ProtectedInitial & { readonly isInitial: boolean }) | null {
  const cursor = new Cursor(bytes);
  const first = cursor.uint(1);
  const version = quicVersion(cursor.uint(4));
  const destination = cursor.vector(1);
  const source = cursor.vector(1);
  const type = first & TYPE_BITS;
  if ((first & LONG_HEADER) !== LONG_HEADER || version === null || type === version.retryType) return null;
  if (destination.length > MAXIMUM_ID || source.length > MAXIMUM_ID) return null;
  const isInitial = type === version.initialType;
  if (isInitial) cursor.take(readVarint(cursor)); // token
  const length = readVarint(cursor);
  const numberAt = cursor.position;
  cursor.take(length);
  return cursor.ok
    ? { isInitial, version, destination, bytes: bytes.subarray(0, numberAt + length), numberAt }
    : null;
}
