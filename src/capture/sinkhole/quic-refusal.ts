import { Cursor } from '../recognize/cursor.js';
import { isQuicInitial } from '../recognize/quic-initial.js';

/** Header form; of the seven other bits none means anything, but the fixed one is recommended (RFC 9000 §17.2.1). */
const FIRST_BYTE = 0xc0;
/** Of a long header before its connection ids: the first byte, and a version of four (RFC 9000 §17.2). */
const BEFORE_IDS = 5;
/** By which it is a Version Negotiation. */
const NO_VERSION = Buffer.alloc(4);
/** Of those that exist to be spoken by nobody (RFC 9000 §15). */
const RESERVED_VERSION = Buffer.from('0a1a2a3a', 'hex');

/**
 * A Version Negotiation by which the client of an Initial gives up at once (RFC 9000 §6.2), and goes over TCP if it can;
 * null for any other datagram.
 *
 * The other ways were tried: an ICMP error is told to connected sockets only, and after a CONNECTION_CLOSE ngtcp2 within
 * libcurl begins anew, thousands of times a second.
 */
export function refuseQuic(datagram: Uint8Array): Buffer | null {
  if (!isQuicInitial(datagram)) return null;
  const cursor = new Cursor(datagram);
  cursor.skip(BEFORE_IDS);
  const destination = cursor.vector(1);
  const source = cursor.vector(1);
  return Buffer.concat([
    Buffer.of(FIRST_BYTE),
    NO_VERSION,
    Buffer.of(source.length),
    source,
    Buffer.of(destination.length),
    destination,
    RESERVED_VERSION,
  ]);
}
