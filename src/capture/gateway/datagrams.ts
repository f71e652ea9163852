import type { RemoteInfo, Socket } from 'node:dgram';
import type { ActorId } from '../../model/actor.js';
import type { EventSink } from '../events.js';
import type { FlowAttempt, Gate, Ruling } from '../gate.js';
import type { DatagramAnswers } from '../sinkhole/datagram-answers.js';
import { DatagramFlow, type DatagramFlowOptions } from './datagram-flow.js';
import { flowKey } from './flow-key.js';

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
  /** Answers what the gate sinks; null where it sinks nothing. */
  readonly answers: DatagramAnswers | null;
  /** Tells whoever has sent a datagram that nobody takes it. */
  readonly unreachable: (client: Place, server: Place) => void;
}

/** A flow without a datagram for this long is over, in milliseconds (RFC 4787 REQ-5: at least two minutes). */
const IDLE = 120_000;
/** Open flows at once; each holds a descriptor. */
const MAXIMUM_FLOWS = 4096;

/** Where a flow goes. */
interface Place {
  readonly address: string;
  readonly port: number;
}

interface OpenFlow {
  readonly flow: DatagramFlow;
  readonly timer: NodeJS.Timeout;
}

/** Relays UDP: from a socket on the very address that the command calls, so that answers come from there. */
export class Datagrams {
  readonly #options: DatagramOptions;
  /** By who holds the port, too: it may be another process's by the next datagram. */
  readonly #flows = new Map<string, OpenFlow>();
  readonly #sockets = new Set<Socket>();
  /** As `Gateway.accepted`. */
  readonly accepted = new Set<string>();
  /** Datagrams that have come. */
  taken = 0;
  /** Flows that were refused at the call. */
  readonly #refused = new Set<string>();

  constructor(options: DatagramOptions) {
    this.#options = options;
  }

  /** Serves a socket bound to `address` and `port` in the gateway's namespace. */
  serve(socket: Socket, address: string, port: number): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('message', (message, from) => this.#take(socket, message, from, { address, port }));
  }

  /** Whether a flow may begin, asked while the call is still held. */
  ask(actorId: ActorId | null, to: Place): Ruling {
    return (
      this.#options.gate?.flow(this.#attempt(this.#options.now(), actorId, null, to)) ?? { isAllowed: true }
    );
  }

  /** Whether a flow that has begun is refused by now: its next call can be told so, whatever kind of socket it has. */
  isRefused(actorId: ActorId | null, localPort: number, { address, port }: Place): boolean {
    const open = this.#flows.get(`${actorId} ${flowKey(localPort, address, port)}`);
    return open?.flow.isRefused === true;
  }

  /** Records a flow whose call was refused; once for all calls from one source port. */
  refuse(at: number, actorId: ActorId | null, localPort: number, to: Place, ruling: Ruling): void {
    const key = flowKey(localPort, to.address, to.port);
    if (this.#refused.has(key)) return;
    this.#refused.add(key);
    DatagramFlow.refused(
      // Its call has told it so.
      this.#flowOptions(
        at,
        actorId,
        localPort,
        to,
        () => {},
        () => {},
      ),
      ruling,
    );
  }

  /** Ends all flows; idempotent. */
  close(): void {
    for (const key of [...this.#flows.keys()]) this.#end(key);
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  #take(socket: Socket, message: Buffer, from: RemoteInfo, to: Place): void {
    const { actorOf, drain } = this.#options;
    const place = flowKey(from.port, to.address, to.port);
    this.accepted.add(place);
    this.taken += 1;
    drain();
    const actorId = actorOf(from.port);
    const key = `${actorId} ${place}`;
    const open = this.#flows.get(key) ?? this.#start(socket, from, actorId, key, to);
    if (open === null) return;
    open.timer.refresh();
    open.flow.take(message);
  }

  #start(socket: Socket, from: RemoteInfo, actorId: ActorId | null, key: string, to: Place): OpenFlow | null {
    const { now, onLimit } = this.#options;
    if (this.#flows.size >= MAXIMUM_FLOWS) {
      onLimit();
      return null;
    }
    const timer = setTimeout(() => this.#end(key), IDLE).unref();
    const reply = (answer: Buffer): void => {
      timer.refresh();
      if (this.#sockets.has(socket)) socket.send(answer, from.port, from.address, () => {});
    };
    const refuse = (): void => this.#options.unreachable({ address: from.address, port: from.port }, to);
    const options = this.#flowOptions(now(), actorId, from.port, to, reply, refuse);
    const open = { flow: new DatagramFlow(options), timer };
    this.#flows.set(key, open);
    return open;
  }

  #flowOptions(
    at: number,
    actorId: ActorId | null,
    localPort: number,
    to: Place,
    reply: (answer: Buffer) => void,
    refuse: () => void,
  ): DatagramFlowOptions {
    const { sink, now, gate, answers } = this.#options;
    const emit: DatagramFlowOptions['emit'] = (event) => sink.emit(event);
    const attempt = this.#attempt(at, actorId, localPort, to);
    return { id: sink.nextId(), at, now, localPort, attempt, gate, answers, reply, refuse, emit };
  }

  #attempt(at: number, actorId: ActorId | null, localPort: number | null, to: Place): FlowAttempt {
    const { namesOf, hostsNamesOf } = this.#options;
    const names = { resolvedNames: namesOf(to.address), hostsNames: hostsNamesOf(to.address) };
    return { at, actorId, transport: 'udp', localPort, ...to, isLoopback: false, ...names };
  }

  #end(key: string): void {
    const open = this.#flows.get(key);
    if (open === undefined) return;
    this.#flows.delete(key);
    clearTimeout(open.timer);
    open.flow.end();
  }
}
