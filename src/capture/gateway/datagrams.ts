import dgram, { type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { ActorId } from '../../model/actor.js';
import type { DatagramEvent } from '../../model/event.js';
import type { Protocol } from '../../model/transport.js';
import type { EventSink } from '../events.js';
import { recognizeDatagram } from '../recognize/datagram.js';
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
}

/** A flow without a datagram for this long is over, in milliseconds (RFC 4787 REQ-5: at least two minutes). */
const IDLE = 120_000;
/** Open flows at once; each holds a descriptor. */
const MAXIMUM_FLOWS = 4096;

/** Datagrams kept while the upstream socket is being connected, which takes one turn of the event loop. */
const MAXIMUM_WAITING = 256;

interface OpenFlow {
  readonly upstream: Socket;
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

/** Relays UDP: from a socket on the very address that the command calls, so that answers come from there. */
export class Datagrams {
  readonly #options: DatagramOptions;
  readonly #flows = new Map<string, OpenFlow>();
  readonly #sockets = new Set<Socket>();
  /** As `Gateway.accepted`. */
  readonly accepted = new Set<string>();

  constructor(options: DatagramOptions) {
    this.#options = options;
  }

  /** Serves a socket bound to `address` and `port` in the gateway's namespace. */
  serve(socket: Socket, address: string, port: number): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('message', (message, from) => this.#take(socket, message, from, address, port));
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
    flow.sent += message.length;
    flow.datagramsSent += 1;
    flow.timer.refresh();
    flow.send(message);
  }

  #start(
    socket: Socket,
    from: RemoteInfo,
    key: string,
    to: { readonly address: string; readonly port: number },
    protocol: Protocol,
  ): OpenFlow {
    const { sink, now, namesOf, hostsNamesOf, actorOf } = this.#options;
    const id = sink.nextId();
    const at = now();
    const actorId = actorOf(from.port);
    const upstream = dgram.createSocket(isIPv6(to.address) ? 'udp6' : 'udp4');
    const resolvedNames = namesOf(to.address);
    const claims = { ...to, resolvedNames, hostsNames: hostsNamesOf(to.address), sni: null, httpHost: null };
    const { host, hostSource } = decideHost({ ...claims, isLoopback: false });
    let connected = false;
    const waiting: Buffer[] = [];
    const flow: OpenFlow = {
      upstream,
      timer: setTimeout(() => this.#end(key), IDLE).unref(),
      sent: 0,
      received: 0,
      datagramsSent: 0,
      datagramsReceived: 0,
      failure: null,
      send: (message) => {
        if (connected) upstream.send(message, () => {});
        else if (waiting.length < MAXIMUM_WAITING) waiting.push(message);
      },
      end: () => flow.emit(now() - at),
      emit: (durationMs) => {
        const event: DatagramEvent = {
          kind: 'datagram',
          id,
          at,
          actorId,
          ...to,
          localPort: from.port,
          host,
          hostSource,
          protocol,
          resolvedNames,
          bytesSent: flow.sent,
          bytesReceived: flow.received,
          verdict: 'allowed',
          failure: flow.failure,
          durationMs,
          datagramsSent: flow.datagramsSent,
          datagramsReceived: flow.datagramsReceived,
        };
        sink.emit(event);
      },
    };
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
      connected = true;
      for (const message of waiting.splice(0)) upstream.send(message, () => {});
    });
    this.#flows.set(key, flow);
    flow.emit(null);
    return flow;
  }

  #end(key: string): void {
    const flow = this.#flows.get(key);
    if (flow === undefined) return;
    this.#flows.delete(key);
    clearTimeout(flow.timer);
    flow.end();
    flow.upstream.close();
  }
}
