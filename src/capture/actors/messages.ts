import type { Actor, ActorId } from '../../model/actor.js';
import type { Passport } from '../../model/passport.js';
import type { SpawnRequest } from '../../sandbox/libc.js';

/** What the supervising thread is given at its start. */
export interface SupervisorOrder {
  /** Read end of a pipe: a byte in it says that there are answers, its end that nobody will answer any more. */
  readonly bell: number;
  /** A process of the sandbox's network namespace: its /proc/PID/net tells who listens there. */
  readonly namespacePid: number;
  /** Sockets of the host that the user named. */
  readonly allowedSockets: readonly string[];
  /** Addresses of the sandbox's own end of the link: connections there stay inside. */
  readonly ownAddresses: readonly string[];
  /** Epoch milliseconds of the run's start. */
  readonly epoch: number;
  /** `monotonic()` at the run's start. */
  readonly origin: number;
  /** By what it knows that a process preloads the hook; null where there is none. */
  readonly passport: Passport | null;
}

interface Attempt {
  /** Milliseconds since the run's start. */
  readonly at: number;
  readonly actorId: ActorId | null;
  readonly address: string;
  readonly port: number;
  /** Present where the call is held until the answer to this ticket. */
  readonly ticket: number | null;
}

/** What the supervising thread says of the command's calls. */
export type SupervisorMessage =
  | { readonly type: 'exec'; readonly actor: Actor }
  /** From now on execs make no actors: what they do is nobody's. Once. */
  | { readonly type: 'limit' }
  /** `descriptor`: a duplicate of the socket in this process, from which its source port can be read; -1 where there is none. */
  | (Attempt & { readonly type: 'connect'; readonly descriptor: number; readonly blocking: boolean })
  /** `localPort`: the socket's source port, known before the first datagram; 0 where it could not be read. */
  | (Attempt & { readonly type: 'datagram'; readonly localPort: number })
  /** A connection to a port of the sandbox's own loopback on which nothing listens. */
  | (Attempt & { readonly type: 'loopback'; readonly descriptor: number })
  /**
   * A call to a resolver that the sandbox was given on its own loopback; it goes on at once. `localPort`: the socket's source
   * port, known before the first byte; 0 where it could not be read.
   */
  | {
      readonly type: 'resolver';
      readonly actorId: ActorId | null;
      readonly transport: 'udp' | 'tcp';
      readonly localPort: number;
    }
  | {
      readonly type: 'denied';
      readonly at: number;
      readonly actorId: ActorId | null;
      readonly what: string;
      readonly address: string | null;
      readonly port: number | null;
    }
  | { readonly type: 'failed'; readonly message: string };

/** All that it says, in batches; first of all whether it carries the filter. */
export type ThreadMessage =
  | SupervisorMessage
  /** `listener`: the seccomp listener's descriptor in this process. */
  | { readonly type: 'listening'; readonly listener: number }
  | { readonly type: 'unfiltered'; readonly errno: number }
  /** Held calls are answered from now on. */
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'unstarted'; readonly errno: number }
  /** The command's first process has ended; raw status word of waitpid(2), or -errno. */
  | { readonly type: 'ended'; readonly status: number };

/** A message of one type. */
export type Told<T extends ThreadMessage['type']> = Extract<ThreadMessage, { type: T }>;

export type SupervisorAnswer =
  /** The first of all. */
  | { readonly type: 'begin'; readonly order: SupervisorOrder }
  /** Once at most. */
  | { readonly type: 'start'; readonly request: SpawnRequest }
  /** `errno` 0 lets the call go on. `ready` names what need not be asked for again. */
  | {
      readonly type: 'answer';
      readonly ticket: number;
      readonly errno: number;
      readonly ready: string | null;
    }
  /** A descriptor of this process, by which the kernel says what Unix sockets are bound inside; the taker closes it. */
  | { readonly type: 'sockets'; readonly descriptor: number }
  | { readonly type: 'stop' };

/**
 * Key under which the supervising thread remembers that a destination can be accepted. One TCP listener takes a
 * port on every address; a UDP socket must be bound to the very address; `inside` is a service of the host's
 * loopback that is relayed into the sandbox's.
 */
export function readyKey(kind: 'tcp' | 'udp' | 'inside', address: string, port: number): string {
  return kind === 'tcp' ? `tcp ${port}` : `${kind} ${address} ${port}`;
}
