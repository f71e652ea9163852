import dgram, { type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { ActorId } from '../../model/actor.js';
import type { DatagramEvent } from '../../model/event.js';
import type { Protocol } from '../../model/transport.js';
import type { EventSink } from '../events.js';
import { type FlowAttempt, type Gate, NO_CLAIMS, type Ruling } from '../gate.js';
import { recognizeDatagram } from '../recognize/datagram.js';
import { verdictOf } from './connection-event.js';
import { flowKey } from './flow-key.js';
import { decideHost } from './host-name.js';

export interface DatagramOptions {
  readonly sink: EventSink;
  readonly now: () => number;
  readonly drain: () => void;
  /** Who holds a source port, as the supervisor last said. */
  readonly actorOf: (sourcePort: number) => ActorId | null;
  readonly namesOf: (address: string) => readonly string[];
  readonly hostsNamesOf: (address: string) => readonly string[];
  /** Told once when the bound of open flows is reached. */
  readonly onLimit: () => void;
  /** Asked before anything leaves; null where nothing is blocked. */
  readonly gate: Gate | null;
}

/** A flow without a datagram for this long is over, in milliseconds (RFC 4787 REQ-5: at least two minutes). */
const IDLE = 120_000;
/** Open flows at once; each holds a descriptor. */
const MAXIMUM_FLOWS = 4096;

/** Datagrams kept while the upstream socket is being connected, which takes one turn of the event loop. */
const MAXIMUM_WAITING = 256;

/** Where a flow goes. */
interface Place {
  readonly address: string;
  readonly port: number;
}

interface OpenFlow {
  /** Null for a flow that may not leave: it is remembered so that it is one event and not many. */
  readonly upstream: Socket | null;
  timer: NodeJS.Timeout;
  sent: number;
  received: number;
  datagramsSent: number;
  datagramsReceived: number;
  failure: string | null;
  send(message: Buffer): void;
  emit(durationMs: number | null): void;
  end(): void;
}

type FlowFacts = Pick<OpenFlow, 'sent' | 'received' | 'datagramsSent' | 'datagramsReceived' | 'failure'> &
  Pick<DatagramEvent, 'at' | 'actorId' | 'localPort' | 'protocol' | 'durationMs'>;

const NOTHING = { sent: 0, received: 0, datagramsSent: 0, datagramsReceived: 0, durationMs: 0 };

/** Relays UDP: from a socket on the very address that the command calls, so that answers come from there. */
export class Datagrams {
  readonly #options: DatagramOptions;
  readonly #flows = new Map<string, OpenFlow>();
  readonly #sockets = new Set<Socket>();
  /** As `Gateway.accepted`. */
  readonly accepted = new Set<string>();
  /** Flows that were refused at the call: `accepted` for what may be on the wire all the same. */
  readonly #refused = new Set<string>();

  constructor(options: DatagramOptions) {
    this.#options = options;
  }

  /** Serves a socket bound to `address` and `port` in the gateway's namespace. */
  serve(socket: Socket, address: string, port: number): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('message', (message, from) => this.#take(socket, message, from, address, port));
  }

  /** Whether a flow may begin, asked while the call is still held. */
  ask(actorId: ActorId | null, to: Place): Ruling {
    return this.#options.gate?.flow(this.#attempt(actorId, to)) ?? { isAllowed: true };
  }

  /** Records a flow whose call was refused; once for all calls from one source port. */
  refuse(at: number, actorId: ActorId | null, localPort: number, to: Place, ruling: Ruling): void {
    const key = flowKey(localPort, to.address, to.port);
    if (this.#refused.has(key)) return;
    this.#refused.add(key);
    const facts = { at, actorId, localPort, protocol: 'none' as const, failure: 'ECONNREFUSED' };
    this.#options.sink.emit(this.#event(this.#options.sink.nextId(), to, { ...facts, ...NOTHING }, ruling));
  }

  /** Ends all flows; idempotent. */
  close(): void {
    for (const key of [...this.#flows.keys()]) this.#end(key);
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  #take(socket: Socket, message: Buffer, from: RemoteInfo, address: string, port: number): void {
    const key = flowKey(from.port, address, port);
    this.accepted.add(key);
    let flow = this.#flows.get(key);
    if (flow === undefined) {
      if (this.#flows.size >= MAXIMUM_FLOWS) {
        this.#options.onLimit();
        return;
      }
      this.#options.drain();
      flow = this.#start(socket, from, key, { address, port }, recognizeDatagram(message));
    }
    flow.timer.refresh();
    if (flow.upstream === null) return;
    flow.sent += message.length;
    flow.datagramsSent += 1;
    flow.send(message);
  }

  #start(socket: Socket, from: RemoteInfo, key: string, to: Place, protocol: Protocol): OpenFlow {
    const { sink, now, actorOf } = this.#options;
    const id = sink.nextId();
    const at = now();
    const actorId = actorOf(from.port);
    const ruling = this.#judge(actorId, to, protocol);
    const upstream = ruling.isAllowed ? dgram.createSocket(isIPv6(to.address) ? 'udp6' : 'udp4') : null;
    let connected = false;
    const waiting: Buffer[] = [];
    const flow: OpenFlow = {
      upstream,
      timer: setTimeout(() => this.#end(key), IDLE).unref(),
      sent: 0,
      received: 0,
      datagramsSent: 0,
      datagramsReceived: 0,
      failure: ruling.isAllowed ? null : 'EBLOCKED',
      send: (message) => {
        if (connected) upstream?.send(message, () => {});
        else if (upstream !== null && waiting.length < MAXIMUM_WAITING) waiting.push(message);
      },
      end: () => flow.emit(now() - at),
      emit: (durationMs) =>
        sink.emit(
          this.#event(id, to, { ...flow, at, actorId, localPort: from.port, protocol, durationMs }, ruling),
        ),
    };
    if (upstream !== null) {
      const onConnected = (): void => {
        connected = true;
        for (const message of waiting.splice(0)) upstream.send(message, () => {});
      };
      this.#connect(upstream, socket, from, to, flow, onConnected);
    }
    this.#flows.set(key, flow);
    flow.emit(null);
    return flow;
  }

  #attempt(actorId: ActorId | null, to: Place): FlowAttempt {
    const { namesOf, hostsNamesOf } = this.#options;
    const names = { resolvedNames: namesOf(to.address), hostsNames: hostsNamesOf(to.address) };
    return { actorId, ...to, isLoopback: false, ...names };
  }

  #judge(actorId: ActorId | null, to: Place, protocol: Protocol): Ruling {
    const { gate } = this.#options;
    if (gate === null) return { isAllowed: true };
    const attempt = this.#attempt(actorId, to);
    const ruling = gate.flow(attempt);
    return ruling.isAllowed ? gate.claims(attempt, { ...NO_CLAIMS, protocol }) : ruling;
  }

  #event(id: number, to: Place, facts: FlowFacts, ruling: Ruling): DatagramEvent {
    const resolvedNames = this.#options.namesOf(to.address);
    const hostsNames = this.#options.hostsNamesOf(to.address);
    const claims = { ...to, resolvedNames, hostsNames, sni: null, httpHost: null };
    const { host, hostSource } = decideHost({ ...claims, isLoopback: false });
    return {
      kind: 'datagram',
      id,
      at: facts.at,
      actorId: facts.actorId,
      ...to,
      localPort: facts.localPort,
      host,
      hostSource,
      protocol: facts.protocol,
      resolvedNames,
      bytesSent: facts.sent,
      bytesReceived: facts.received,
      ...verdictOf(ruling),
      failure: facts.failure,
      durationMs: facts.durationMs,
      datagramsSent: facts.datagramsSent,
      datagramsReceived: facts.datagramsReceived,
    };
  }

  #connect(
    upstream: Socket,
    socket: Socket,
    from: RemoteInfo,
    to: Place,
    flow: OpenFlow,
    onConnected: () => void,
  ): void {
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      flow.failure ??= error.code ?? 'EIO';
    });
    upstream.on('message', (answer) => {
      flow.received += answer.length;
      flow.datagramsReceived += 1;
      flow.timer.refresh();
      if (this.#sockets.has(socket)) socket.send(answer, from.port, from.address, () => {});
    });
    // The callback gets an error as well (a broadcast address: EACCES), and an unconnected socket can't send.
    upstream.connect(to.port, to.address, (error?: NodeJS.ErrnoException) => {
      if (error !== undefined && error !== null) {
        flow.failure ??= error.code ?? 'EIO';
        return;
      }
      onConnected();
    });
  }

  #end(key: string): void {
    const flow = this.#flows.get(key);
    if (flow === undefined) return;
    this.#flows.delete(key);
    clearTimeout(flow.timer);
    flow.end();
    flow.upstream?.close();
  }
}
