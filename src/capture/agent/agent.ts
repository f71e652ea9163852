import type dgram from 'node:dgram';
import type net from 'node:net';
import type { WitnessRecord, WitnessTotals } from '../witness/record.js';
import type { CanaryOrder, ListenRequest, WatchOrder } from './messages.js';
import type { Undelivered } from './unreachable.js';

/** What stands in the gateway's namespace: makes sockets there and in the sandbox's, and watches the wire. */
export interface Agent {
  /** A listener on a port of every address. @throws SandboxError `setup-failed` */
  listen(request: Extract<ListenRequest, { kind: 'tcp' | 'inside-tcp' }>): Promise<net.Server>;
  /** A datagram socket bound to the very address. @throws SandboxError `setup-failed` */
  bind(request: Extract<ListenRequest, { kind: 'udp' | 'inside-udp' }>): Promise<dgram.Socket>;
  /** Tells the sender of a datagram that nobody takes it; best effort. */
  unreachable(datagram: Undelivered): void;
  canary(order: CanaryOrder): Promise<{ dns: boolean; tcp: boolean }>;
  totals(): Promise<AgentTotals | null>;
  /**
   * A netlink socket inside the sandbox by which the kernel tells its Unix sockets, as a descriptor of this process, which
   * the caller closes; negative where it can't be had. At most once.
   */
  takeSocketTable(): number;
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface AgentTotals extends WitnessTotals {
  /** Datagrams to the gateway's sockets that found no room there: they came faster than they were read. */
  readonly lostDatagrams: number;
}

export interface AgentEvents {
  readonly onPackets: (records: readonly WitnessRecord[]) => void;
  /** The agent has died: nothing new is accepted any more. At most once, never after `stop`. */
  readonly onLost: (reason: string) => void;
}

/** An agent that joins its namespace to the sandbox's, before it is told what to watch for. */
export interface WaitingAgent {
  /** Has it watch, and resolves once its network is there. At most once. @throws SandboxError `setup-failed` */
  watch(order: Omit<WatchOrder, 'type'>, events: AgentEvents): Promise<Agent>;
  /** Takes it away, whatever it is doing; idempotent. */
  abandon(): void;
}
