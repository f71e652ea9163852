import type { Attribution } from './attribution.js';
import type { Verdict } from './event.js';
import type { Protocol, Transport } from './transport.js';

/**
 * Host (or address, where no name was used), port, transport, protocol, with all that went there in one run.
 * A name that was looked up and never connected to is a destination too, with `port: null`, transport `udp`
 * or `tcp` of its last query, and protocol `dns`.
 */
export interface Destination {
  readonly host: string;
  readonly port: number | null;
  readonly transport: Transport;
  readonly protocol: Protocol;
  /** Sorted. */
  readonly addresses: readonly string[];
  /** TCP connections or datagram flows. */
  readonly connections: number;
  /** Bytes of payload that left the sandbox. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly verdict: Verdict;
  /** Distinct failures, sorted. */
  readonly failures: readonly string[];
  /** Distinct by package (or manager, or actor's argv) and lifecycle; strongest evidence first, then by name. */
  readonly attributions: readonly Attribution[];
}
