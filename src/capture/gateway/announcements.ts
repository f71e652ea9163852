import type { ActorId } from '../../model/actor.js';
import { DNS_PORT } from '../../model/dns-port.js';
import { close } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { Listeners } from '../actors/listeners.js';
import type { EventSink } from '../events.js';
import type { Gate, Ruling } from '../gate.js';
import { createFirstBytes } from '../recognize/first-bytes.js';
import { connectionEvent } from './connection-event.js';
import { dial } from './dial.js';
import { loopbackOf } from './loopback-of.js';
import { type PendingConnect, PendingConnects } from './pending.js';

export interface AnnouncementsOptions {
  readonly sink: EventSink;
  /** Milliseconds since the run's start. */
  readonly now: () => number;
  readonly namesOf: (address: string) => readonly string[];
  readonly hostsNamesOf: (address: string) => readonly string[];
  /** Asked before anything leaves; null where nothing is blocked. */
  readonly gate: Gate | null;
  /** What is said of connections that nobody is asked about. */
  readonly answered: Ruling;
  /** Told when the bound of connects that wait is reached. */
  readonly onLimit: () => void;
}

/** An announced connect, and what the gateway says to it. */
export interface Announcement {
  readonly at: number;
  readonly actorId: ActorId | null;
  readonly address: string;
  readonly port: number;
  readonly descriptor: number;
  /** A blocking caller waits for the connection anyway, and so gets its very error. */
  readonly blocking: boolean;
}

/** Announced connects that wait for their dial or to arrive; each holds two descriptors, for seconds or for minutes. */
const MAXIMUM_PENDING = 4096;
const ALLOWED: Ruling = { isAllowed: true };

/** Node's error codes as the errno with which a held connect fails; anything else is a refusal. */
const ERRNO: Readonly<Record<string, number>> = {
  ECONNREFUSED: C.ECONNREFUSED,
  ETIMEDOUT: C.ETIMEDOUT,
  EHOSTUNREACH: C.EHOSTUNREACH,
  ENETUNREACH: C.ENETUNREACH,
  ECONNRESET: C.ECONNRESET,
};

/** Connects that the supervisor has announced: dials for them, refuses some, and keeps the others until they arrive. */
export class Announcements {
  readonly #options: AnnouncementsOptions;
  readonly #pending: PendingConnects;
  readonly #onHost = new Listeners(process.pid);
  /** Held until their dial ends. */
  readonly #dialling = new Set<PendingConnect>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(options: AnnouncementsOptions) {
    this.#options = options;
    this.#pending = new PendingConnects((stale) => this.#record(stale, 'ENOTACCEPTED', stale.ruling));
    this.#sweeper = setInterval(() => this.#pending.sweep(options.now()), 1000);
    this.#sweeper.unref();
  }

  /** See `PendingConnects.take`. */
  take(sourcePort: number, address: string, port: number): PendingConnect | null {
    return this.#pending.take(sourcePort, address, port);
  }

  /**
   * Takes an announced connect and starts to dial. Resolves with the errno that the held call must fail with, 0
   * where it may go on; at once for a caller that doesn't block.
   */
  async connect(announcement: Announcement): Promise<number> {
    const isDns = announcement.port === DNS_PORT;
    const ruling = isDns ? this.#options.answered : this.#ask(announcement, false);
    if (!ruling.isAllowed && ruling.isSunk !== true) return this.#refuse(announcement, ruling);
    if (this.#isFull()) return this.#refuse(announcement, ruling);
    const upstream = isDns || !ruling.isAllowed ? null : dial(announcement.address, announcement.port);
    const pending: PendingConnect = { ...announcement, upstream, ruling, releasedAt: this.#options.now() };
    if (!announcement.blocking || upstream === null) {
      this.#pending.add(pending);
      return 0;
    }
    this.#dialling.add(pending);
    const outcome = await upstream.outcome;
    // Given up by `close`.
    if (!this.#dialling.delete(pending)) return C.ECONNREFUSED;
    if (!outcome.connected) return this.#fail(pending, outcome.code);
    this.#pending.add({ ...pending, releasedAt: this.#options.now() });
    return 0;
  }

  /** Ends an attempt whose call is still held. */
  #fail(pending: PendingConnect, failure: string): number {
    if (pending.descriptor >= 0) close(pending.descriptor);
    this.#record(pending, failure, pending.ruling);
    return ERRNO[failure] ?? C.ECONNREFUSED;
  }

  #ask({ at, actorId, address, port }: Announcement, isLoopback: boolean): Ruling {
    const { gate, namesOf, hostsNamesOf } = this.#options;
    const names = { resolvedNames: namesOf(address), hostsNames: hostsNamesOf(address) };
    const flow = { transport: 'tcp', localPort: null, address, port, isLoopback } as const;
    return gate?.flow({ at, actorId, ...flow, ...names }) ?? ALLOWED;
  }

  #isFull(): boolean {
    const isFull = this.#dialling.size + this.#pending.size >= MAXIMUM_PENDING;
    if (isFull) this.#options.onLimit();
    return isFull;
  }

  #refuse(announcement: Announcement, ruling: Ruling, isLoopback = false): number {
    if (announcement.descriptor >= 0) close(announcement.descriptor);
    this.#record(announcement, 'ECONNREFUSED', ruling, isLoopback);
    return C.ECONNREFUSED;
  }

  /**
   * The same for a loopback port on which nothing in the sandbox listens, the first time: is there a service on the
   * host's, and does `listen` succeed in standing in for it? Where not, nothing is recorded, since nothing could leave.
   */
  async loopback(announcement: Announcement, listen: () => Promise<boolean>): Promise<boolean> {
    const first = this.#ask(announcement, true);
    // Whether the host has such a service is nothing that a sinkhole may find out for the command, and what is refused
    // may not even be called.
    const isRefused = !first.isAllowed && this.#onHost.has(announcement.port);
    if (first.isSunk === true || isRefused || this.#isFull()) {
      this.#refuse(announcement, first, true);
      return false;
    }
    if (!first.isAllowed) {
      if (announcement.descriptor >= 0) close(announcement.descriptor);
      return false;
    }
    const upstream = dial(loopbackOf(announcement.address), announcement.port);
    const { connected } = await upstream.outcome;
    const ruling = connected ? this.#ask(announcement, true) : ALLOWED;
    if (connected && !ruling.isAllowed) {
      upstream.discard();
      this.#refuse(announcement, ruling, true);
      return false;
    }
    if (connected && (await listen())) {
      this.#pending.add({ ...announcement, upstream, ruling, releasedAt: this.#options.now() });
      return true;
    }
    upstream.discard();
    if (announcement.descriptor >= 0) close(announcement.descriptor);
    return false;
  }

  /** The same once the loopback port is listened on: the call has gone on, and may be accepted before a dial ends. */
  relayed(announcement: Announcement): void {
    if (this.#isFull()) {
      // It arrives unannounced: nobody is named for it.
      if (announcement.descriptor >= 0) close(announcement.descriptor);
      return;
    }
    const upstream = dial(loopbackOf(announcement.address), announcement.port);
    this.#pending.add({
      ...announcement,
      upstream,
      ruling: this.#options.answered,
      releasedAt: this.#options.now(),
    });
  }

  /** Gives up all that wait; idempotent. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const pending of this.#dialling) {
      pending.upstream?.discard();
      this.#fail(pending, 'ECONNABORTED');
    }
    this.#dialling.clear();
    this.#pending.clear();
  }

  /** A connect that never became a connection is an attempt all the same. */
  #record(
    { address, port, at, actorId }: Pick<PendingConnect, 'address' | 'port' | 'at' | 'actorId'>,
    failure: string,
    ruling: Ruling,
    isLoopback = false,
  ): void {
    const { sink, now, namesOf, hostsNamesOf } = this.#options;
    const names = { resolvedNames: namesOf(address), hostsNames: hostsNamesOf(address) };
    const durationMs = Math.max(0, now() - at);
    const facts = { id: sink.nextId(), at, actorId, failure, sent: 0, received: 0, durationMs, ruling };
    const flow = { address, port, localPort: null, isLoopback };
    sink.emit(connectionEvent(facts, flow, createFirstBytes().end(), [], names));
  }
}
