// Longer than others: what is announced, accepted, carried and refused shares the books of what is pending and open.
import type { Server, Socket } from 'node:net';
import type { ActorId } from '../../model/actor.js';
import { close } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import type { EventSink } from '../events.js';
import type { Gate, Ruling } from '../gate.js';
import { createFirstBytes } from '../recognize/first-bytes.js';
import type { Sinkhole } from '../sinkhole/answer.js';
import { canonicalAddress } from './canonical-address.js';
import { Carried } from './carried.js';
import { connectionEvent, type Flow, mismatch } from './connection-event.js';
import { type Dial, type DialOutcome, dial } from './dial.js';
import { flowKey } from './flow-key.js';
import { type PendingConnect, PendingConnects } from './pending.js';
import { REFUSED, relay, reset } from './relay.js';

export interface GatewayOptions {
  readonly sink: EventSink;
  /** Milliseconds since the run's start. */
  readonly now: () => number;
  /** Takes in what the supervisor has announced and this loop has not yet heard. */
  readonly drain: () => void;
  readonly namesOf: (address: string) => readonly string[];
  readonly hostsNamesOf: (address: string) => readonly string[];
  /** Serves DNS over TCP on an accepted connection. */
  readonly serveDns: (socket: Socket, server: { address: string; port: number }) => void;
  /** Whether the address is a resolver that the sandbox was given: its queries are recorded, its connections aren't. */
  readonly isGivenResolver: (address: string) => boolean;
  /** The canary's own address and port: what arrives there is sent back and is no event. */
  readonly canary: { readonly address: string; readonly port: number };
  /** Asked before anything leaves; null where nothing is blocked. */
  readonly gate: Gate | null;
  /** Answers what the gate sinks; null where it sinks nothing. */
  readonly sinkhole: Sinkhole | null;
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

const DNS_PORT = 53;
/** Announced connects that wait for their dial or to arrive; each holds two descriptors, for seconds or for minutes. */
const MAXIMUM_PENDING = 4096;
const ALLOWED: Ruling = { isAllowed: true };
const SUNK: Ruling = { isAllowed: false, isSunk: true };

/** Node's error codes as the errno with which a held connect fails; anything else is a refusal. */
const ERRNO: Readonly<Record<string, number>> = {
  ECONNREFUSED: C.ECONNREFUSED,
  ETIMEDOUT: C.ETIMEDOUT,
  EHOSTUNREACH: C.EHOSTUNREACH,
  ENETUNREACH: C.ENETUNREACH,
  ECONNRESET: C.ECONNRESET,
};

/** Accepts every TCP connection that leaves the sandbox, dials its destination, and records it. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #pending: PendingConnects;
  /** Held until their dial ends. */
  readonly #dialling = new Set<PendingConnect>();
  readonly #servers = new Set<Server>();
  readonly #open = new Map<number, { readonly client: Socket; finish(failure: string | null): void }>();
  readonly #sweeper: NodeJS.Timeout;
  /** `sourcePort address port` of all that was accepted: what the wire witness is compared with. */
  readonly accepted = new Set<string>();
  /** Who opened the connection with this source port; for the resolver, whose queries come over one. */
  readonly #openers = new Map<number, ActorId | null>();
  /** Accepted connections that no held call had announced. */
  unannounced = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#pending = new PendingConnects((stale) => this.#record(stale, 'ENOTACCEPTED', stale.ruling));
    this.#sweeper = setInterval(() => this.#pending.sweep(options.now()), 1000);
    this.#sweeper.unref();
  }

  /** What is said of connections that nobody is asked about. */
  get #answered(): Ruling {
    return this.#options.sinkhole === null ? ALLOWED : SUNK;
  }

  /** Serves a listener that was made in the gateway's or the sandbox's namespace. */
  serve(server: Server, isLoopback: boolean): void {
    this.#servers.add(server);
    Object.assign(server, { allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    server.on('connection', (socket) => this.#accept(socket, isLoopback));
    server.on('error', () => {});
  }

  /**
   * Takes an announced connect and starts to dial. Resolves with the errno that the held call must fail with, 0
   * where it may go on; at once for a caller that doesn't block.
   */
  async announce(announcement: Announcement): Promise<number> {
    const isDns = announcement.port === DNS_PORT;
    const ruling = isDns ? this.#answered : this.#ask(announcement, false);
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

  #ask({ actorId, address, port }: Announcement, isLoopback: boolean): Ruling {
    const { gate, namesOf, hostsNamesOf } = this.#options;
    const names = { resolvedNames: namesOf(address), hostsNames: hostsNamesOf(address) };
    return gate?.flow({ actorId, address, port, isLoopback, ...names }) ?? ALLOWED;
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
  async announceLoopback(announcement: Announcement, listen: () => Promise<boolean>): Promise<boolean> {
    const first = this.#ask(announcement, true);
    // Whether the host has such a service is nothing that a sinkhole may find out for the command.
    if (first.isSunk === true || this.#isFull()) {
      this.#refuse(announcement, first, true);
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
  announceRelayed(announcement: Announcement): void {
    if (this.#isFull()) {
      // It arrives unannounced: nobody is named for it.
      if (announcement.descriptor >= 0) close(announcement.descriptor);
      return;
    }
    const upstream = dial(loopbackOf(announcement.address), announcement.port);
    this.#pending.add({ ...announcement, upstream, ruling: this.#answered, releasedAt: this.#options.now() });
  }

  actorOf(sourcePort: number): ActorId | null {
    return this.#openers.get(sourcePort) ?? null;
  }

  /** Ends all connections and listeners; idempotent. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const server of this.#servers) server.close();
    this.#servers.clear();
    for (const { client, finish } of this.#open.values()) {
      reset(client);
      finish(null);
    }
    this.#open.clear();
    for (const pending of this.#dialling) {
      pending.upstream?.discard();
      this.#fail(pending, 'ECONNABORTED');
    }
    this.#dialling.clear();
    this.#pending.clear();
  }

  #accept(client: Socket, isLoopback: boolean): void {
    client.on('error', () => {});
    const { localAddress, localPort: port, remotePort } = client;
    // Already gone: the handshake was completed and reset before we looked.
    if (localAddress === undefined || port === undefined || remotePort === undefined) return;
    const address = canonicalAddress(localAddress);
    if (address === this.#options.canary.address && port === this.#options.canary.port) {
      this.accepted.add(flowKey(remotePort, address, port));
      client.pipe(client);
      return;
    }
    this.#options.drain();
    const pending = this.#pending.take(remotePort, address, port);
    if (!isLoopback) {
      this.accepted.add(flowKey(remotePort, address, port));
      if (pending === null) this.unannounced += 1;
    }
    this.#carry(client, { address, port, localPort: remotePort, isLoopback }, pending);
  }

  #carry(client: Socket, flow: Flow, pending: PendingConnect | null): void {
    const { now, namesOf, hostsNamesOf, gate, sinkhole, isGivenResolver, serveDns } = this.#options;
    const isDns = flow.port === DNS_PORT && !flow.isLoopback;
    const carried = new Carried(flow, pending, {
      sink: this.#options.sink,
      now,
      resolvedNames: namesOf(flow.address),
      hostsNames: hostsNamesOf(flow.address),
      // The resolver asks for each query by itself.
      gate: isDns ? null : gate,
      ruling: this.#answered,
      isEvent: !isDns || !isGivenResolver(flow.address),
    });
    const finish = (failure: string | null): void => {
      this.#open.delete(carried.id);
      carried.finish(failure);
    };
    this.#open.set(carried.id, { client, finish });
    const ruling = carried.begin();
    if (sinkhole !== null && ruling.isSunk === true && !isDns) {
      pending?.upstream?.discard();
      sink(client, carried, sinkhole).then(finish);
      return;
    }
    if (!ruling.isAllowed && !isDns) {
      pending?.upstream?.discard();
      reset(client);
      finish(REFUSED);
      return;
    }
    // What the journal knows of a run that is killed: the attempt, before any byte.
    carried.emit(null, null);
    if (isDns) {
      this.#openers.set(flow.localPort ?? 0, carried.actorId);
      client.on('data', (chunk: Buffer) => carried.tap('sent', chunk));
      client.once('close', () => finish(null));
      serveDns(client, { address: flow.address, port: flow.port });
      return;
    }
    const upstream =
      usable(pending, flow) ?? dial(flow.isLoopback ? loopbackOf(flow.address) : flow.address, flow.port);
    // The command gave up before we got through.
    client.once('close', () => upstream.abandon());
    upstream.outcome.then((outcome) => join(client, outcome, carried)).then(finish, () => finish('EIO'));
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

/** Lets a connection be answered here; resolves with how it failed. */
async function sink(client: Socket, carried: Carried, sinkhole: Sinkhole): Promise<string | null> {
  carried.emit(null, null);
  const failure = await sinkhole.answer(client, {
    id: carried.id,
    actorId: carried.actorId,
    port: carried.flow.port,
    hostOf: (recognition) => carried.hostOf(recognition),
    onRecognized: (recognition) => carried.recognize(recognition),
  });
  carried.count(client.bytesRead, client.bytesWritten);
  return failure;
}

async function join(client: Socket, outcome: DialOutcome, carried: Carried): Promise<string | null> {
  if (!outcome.connected) {
    reset(client);
    return outcome.code;
  }
  if (client.destroyed) {
    reset(outcome.socket);
    return 'ECONNABORTED';
  }
  return (await relay(client, outcome.socket, carried.tap, carried.valve())).failure;
}

/** The connection that was dialled when the call was announced, where it goes where the packets went. */
function usable(pending: PendingConnect | null, flow: Flow): Dial | null {
  if (pending === null || pending.upstream === null) return null;
  if (mismatch(flow, pending).length === 0) return pending.upstream;
  pending.upstream.discard();
  return null;
}

/** The address at which a loopback service of the host is looked for. */
function loopbackOf(address: string): string {
  return address === '::' || address === '::1' ? '::1' : '127.0.0.1';
}
