import type { ActorId } from './actor.js';
import type { Protocol } from './transport.js';

/** Decision about one event. */
export type Verdict = 'allowed' | 'blocked' | 'sunk';

interface EventBase {
  /** Ascending within the run. */
  readonly id: number;
  /** Milliseconds since the run's start. */
  readonly at: number;
  /** Null where no exec record could be tied to the event. */
  readonly actorId: ActorId | null;
  /** Origin of the policy's rule that decided (see `PolicyRule`); absent where no rule did. */
  readonly rule?: string;
  /**
   * Those whom the policy did not let pass, in the lock's words, where it was asked about packages within one process;
   * others may be behind the event as well.
   */
  readonly refusedTo?: readonly string[];
}

/** One DNS query, answered or not. */
export interface DnsEvent extends EventBase {
  readonly kind: 'dns';
  /** The name asked, lower case, no trailing dot; bytes outside of printable ASCII as `\DDD` (RFC 1035 §5.1). */
  readonly name: string;
  /** The name that was meant, where `name` is a search-domain expansion of it; else the same as `name`. */
  readonly meant: string;
  /** Mnemonic of the type, `TYPE123` for one without (RFC 3597). */
  readonly type: string;
  readonly transport: 'udp' | 'tcp';
  /** The address that the command asked. */
  readonly server: string;
  readonly port: number;
  /** True where `server` is not the resolver that the sandbox was given. */
  readonly ownResolver: boolean;
  /** `NOERROR`, `NXDOMAIN`, … ; null where no answer came. */
  readonly rcode: string | null;
  /** Why there is no answer: `TIMEOUT`, `MALFORMED`, `UNREACHABLE`; null where there is one. */
  readonly failure: string | null;
  /** Targets of the CNAME chain in order. */
  readonly cnames: readonly string[];
  /** Addresses (A, AAAA) or the data of other records as text, sorted. */
  readonly answers: readonly string[];
  readonly verdict: Verdict;
  /** Milliseconds until the answer; null where none came. */
  readonly durationMs: number | null;
}

/** What told a flow's host name. */
export type HostSource =
  | 'sni'
  | 'http-host'
  | 'connect-target'
  | 'dns'
  | 'hosts-file'
  | 'loopback'
  | 'address';

/** Two claims about a flow's host that don't fit together. */
export interface Disagreement {
  readonly kind: 'sni-resolved' | 'host-sni' | 'host-resolved' | 'notified-accepted';
  readonly left: string;
  readonly right: string;
}

interface FlowBase extends EventBase {
  /** Destination address as the command gave it, canonical text (RFC 5952 for IPv6, IPv4-mapped as IPv4). */
  readonly address: string;
  readonly port: number;
  /** Source port inside the sandbox; null where it was never known. */
  readonly localPort: number | null;
  /** Best name of the destination; the address where no name was used. */
  readonly host: string;
  readonly hostSource: HostSource;
  readonly protocol: Protocol;
  /** Names that the resolver had answered with this address in this run before the flow began, newest first. */
  readonly resolvedNames: readonly string[];
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly verdict: Verdict;
  /** Null where all went well; else `ECONNREFUSED`, `ETIMEDOUT`, `ECONNRESET`, … */
  readonly failure: string | null;
  /** Milliseconds; null where the flow was still open when the run ended. */
  readonly durationMs: number | null;
}

/** One TCP connection. */
export interface ConnectionEvent extends FlowBase {
  readonly kind: 'connection';
  readonly sni: string | null;
  readonly alpn: readonly string[];
  /** True where the ClientHello carries an encrypted_client_hello extension that is not GREASE-only by evidence. */
  readonly ech: boolean;
  readonly httpHost: string | null;
  /** `host:port` of an HTTP CONNECT, and the protocol inside the tunnel. */
  readonly tunnel: { readonly target: string; readonly protocol: Protocol } | null;
  readonly disagreements: readonly Disagreement[];
}

/** All datagrams between one source port and one destination. */
export interface DatagramEvent extends FlowBase {
  readonly kind: 'datagram';
  readonly datagramsSent: number;
  readonly datagramsReceived: number;
  /** Of the hello in a QUIC client's first packets; absent where nobody looked, or it is no QUIC. */
  readonly sni?: string | null;
  readonly alpn?: readonly string[];
  readonly disagreements?: readonly Disagreement[];
}

/** An attempt that is not relayed: ICMP, a refused socket family, a host's Unix socket, io_uring … */
export interface DeniedEvent extends EventBase {
  readonly kind: 'denied';
  /** What was tried, in words of the system: `icmp`, `socket AF_PACKET`, `unix /run/docker.sock`. */
  readonly what: string;
  readonly address: string | null;
  readonly port: number | null;
}

/** A header's name and the length of its value; the value itself only where the user asked for it. */
export interface RecordedHeader {
  /** Lower case. */
  readonly name: string;
  readonly bytes: number;
  readonly value: string | null;
}

/** One HTTP request that a sinkhole has answered in the destination's place. */
export interface RequestEvent extends EventBase {
  readonly kind: 'request';
  /** Id of the connection that carried it. */
  readonly connectionId: number;
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'tls';
  readonly method: string;
  /**
   * With its query, and of a CONNECT its target; where the user has not asked for them, lengths are in the place of the
   * query's values and of user info.
   */
  readonly path: string;
  readonly headers: readonly RecordedHeader[];
  readonly bodyBytes: number;
  /** The beginning of the body as text; null where the user has not asked for it. */
  readonly body: string | null;
  /** Status of the answer that was given; 0 where the request broke off before it was. */
  readonly status: number;
}

/** Facts of a run; never edited. Execs are the actors themselves. */
export type EgressEvent = DnsEvent | ConnectionEvent | DatagramEvent | DeniedEvent | RequestEvent;
