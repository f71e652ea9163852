import type { Server, Socket } from 'node:net';
import type { ActorId } from '../../model/actor.js';
import { DNS_PORT } from '../../model/dns-port.js';
import type { Ruling } from '../gate.js';
import type { Sinkhole } from '../sinkhole/answer.js';
import { Announcements, type AnnouncementsOptions } from './announcements.js';
import { canonicalAddress } from './canonical-address.js';
import { Carried } from './carried.js';
import { type Flow, mismatch } from './connection-event.js';
import { type Dial, type DialOutcome, dial } from './dial.js';
import { flowKey } from './flow-key.js';
import { loopbackOf } from './loopback-of.js';
import type { PendingConnect } from './pending.js';
import { REFUSED, relay, reset } from './relay.js';

export interface GatewayOptions extends Omit<AnnouncementsOptions, 'answered'> {
  /** Takes in what the supervisor has announced and this loop has not yet heard. */
  readonly drain: () => void;
  /** Serves DNS over TCP on an accepted connection. */
  readonly serveDns: (socket: Socket, server: { address: string; port: number }) => void;
  /** Whether the address is a resolver that the sandbox was given: its queries are recorded, its connections aren't. */
  readonly isGivenResolver: (address: string) => boolean;
  /** The canary's own address and port: what arrives there is sent back and is no event. */
  readonly canary: { readonly address: string; readonly port: number };
  /** Answers what the gate sinks; null where it sinks nothing. */
  readonly sinkhole: Sinkhole | null;
}

/** Accepts every TCP connection that leaves the sandbox, dials its destination, and records it. */
export class Gateway {
  readonly #options: GatewayOptions;
  /** What is said of connections that nobody is asked about. */
  readonly #answered: Ruling;
  /** The connects that are to come. */
  readonly announced: Announcements;
  readonly #servers = new Set<Server>();
  readonly #open = new Map<number, { readonly client: Socket; finish(failure: string | null): void }>();
  /** `sourcePort address port` of all that was accepted: what the wire witness is compared with. */
  readonly accepted = new Set<string>();
  /** Who opened the connection with this source port; for the resolver, whose queries come over one. */
  readonly #openers = new Map<number, ActorId | null>();
  /** Accepted connections that no held call had announced. */
  unannounced = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#answered = options.sinkhole === null ? { isAllowed: true } : { isAllowed: false, isSunk: true };
    this.announced = new Announcements({ ...options, answered: this.#answered });
  }

  /** Serves a listener that was made in the gateway's or the sandbox's namespace. */
  serve(server: Server, isLoopback: boolean): void {
    this.#servers.add(server);
    Object.assign(server, { allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    server.on('connection', (socket) => this.#accept(socket, isLoopback));
    server.on('error', () => {});
  }

  actorOf(sourcePort: number): ActorId | null {
    return this.#openers.get(sourcePort) ?? null;
  }

  /** Ends all connections and listeners; idempotent. */
  close(): void {
    for (const server of this.#servers) server.close();
    this.#servers.clear();
    for (const { client, finish } of this.#open.values()) {
      reset(client);
      finish(null);
    }
    this.#open.clear();
    this.announced.close();
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
    const pending = this.announced.take(remotePort, address, port);
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
    reset(outcome.upstream.socket);
    return 'ECONNABORTED';
  }
  return (await relay(client, outcome.upstream, carried.tap, carried.valve())).failure;
}

/** The connection that was dialled when the call was announced, where it goes where the packets went. */
function usable(pending: PendingConnect | null, flow: Flow): Dial | null {
  if (pending === null || pending.upstream === null) return null;
  if (mismatch(flow, pending).length === 0) return pending.upstream;
  pending.upstream.discard();
  return null;
}
