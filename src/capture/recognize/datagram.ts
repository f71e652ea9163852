import type { Protocol } from '../../model/transport.js';
import { parseDnsQuery } from './dns-query.js';
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
