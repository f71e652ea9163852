import type { Link } from '../../sandbox/link.js';
import type { ToolPaths } from '../../sandbox/tools.js';
import type { WitnessRecord } from '../witness/record.js';
import type { AgentTotals } from './agent.js';
import type { Undelivered } from './unreachable.js';

/** What the agent joins its namespace to, told as soon as the sandbox's is there. */
export interface JoinOrder {
  readonly type: 'join';
  readonly tools: ToolPaths;
  /** A process of the sandbox's network namespace. */
  readonly holderPid: number;
  readonly link: Link;
  /** Address families that the host can reach; the others get no route in the sandbox. */
  readonly offer: { readonly ipv4: boolean; readonly ipv6: boolean };
}

/** What the agent watches the wire for. */
export interface WatchOrder {
  readonly type: 'watch';
  /** File for the packets, null where none are kept. */
  readonly pcap: string | null;
  /** `monotonic()` at the run's start. */
  readonly origin: number;
}

export type ListenRequest =
  /** A TCP listener on the port, on every address of the world. */
  | { readonly kind: 'tcp'; readonly port: number }
  /** A UDP socket on one very address and port. */
  | { readonly kind: 'udp'; readonly address: string; readonly port: number }
  /** The same two inside the sandbox, on its loopback. */
  | { readonly kind: 'inside-tcp'; readonly address: string; readonly port: number }
  | { readonly kind: 'inside-udp'; readonly address: string; readonly port: number };

/** What is sent from inside the sandbox to prove the path: a query, and a connection. */
export interface CanaryOrder {
  /** Hexadecimal: the channel carries JSON. */
  readonly query: string;
  readonly server: { readonly address: string; readonly port: number };
  readonly target: { readonly address: string; readonly port: number };
  readonly nonce: string;
}

export type ToAgent =
  | JoinOrder
  | WatchOrder
  | { readonly type: 'listen'; readonly id: number; readonly request: ListenRequest }
  | { readonly type: 'unreachable'; readonly datagram: Undelivered }
  | ({ readonly type: 'canary' } & CanaryOrder)
  | { readonly type: 'totals' };

export type FromAgent =
  /** `socketTable`: a descriptor of the agent's, a netlink socket inside the sandbox for NETLINK_SOCK_DIAG; or -errno. */
  | { readonly type: 'started'; readonly socketTable: number }
  /** Comes with the socket's handle. */
  | { readonly type: 'listening'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly code: string }
  | { readonly type: 'canary'; readonly dns: boolean; readonly tcp: boolean }
  | { readonly type: 'packets'; readonly records: readonly WitnessRecord[] }
  | { readonly type: 'totals'; readonly totals: AgentTotals }
  | { readonly type: 'failed'; readonly message: string };
