import type { Protocol } from '../../model/transport.js';
import { parseDnsQuery } from './dns-query.js';
import { readInitials } from './quic/long-packets.js';
import { isQuicInitial } from './quic-initial.js';

/**
 * Names the protocol of a datagram flow from the first whole datagram that the command sent: `dns` for a query,
 * `quic` for a client's Initial, `none` for a datagram without a byte, else `unknown`. Never throws.
 */
export function recognizeDatagram(bytes: Uint8Array): Protocol {
  if (bytes.length === 0) return 'none';
  if (isQuicInitial(bytes)) return 'quic';
  return parseDnsQuery(bytes).state === 'done' ? 'dns' : 'unknown';
}

/** Whether a datagram carries an Initial anywhere, by which a flow may begin to be QUIC at any time. */
export function hasQuicInitial(bytes: Uint8Array): boolean {
  return isQuicInitial(bytes) || readInitials(bytes).length > 0;
}
