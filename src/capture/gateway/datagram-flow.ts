import dgram, { type Socket } from 'node:dgram';
import type { DatagramEvent } from '../../model/event.js';
import { isIpv6 } from '../../model/ip.js';
import type { Protocol } from '../../model/transport.js';
import { type FlowAttempt, type Gate, NO_CLAIMS, type Ruling } from '../gate.js';
import { hasQuicInitial, recognizeDatagram } from '../recognize/datagram.js';
import { createQuicInitials, type QuicHello, type QuicInitials } from '../recognize/quic/quic-initials.js';
import type { DatagramAnswers } from '../sinkhole/datagram-answers.js';
import { refuseQuic } from '../sinkhole/quic-refusal.js';
import { verdictOf } from './connection-event.js';
import { decideHost } from './host-name.js';

export interface DatagramFlowOptions {
  readonly id: number;
  /** Milliseconds since the run's start. */
  readonly at: number;
  readonly now: () => number;
  readonly localPort: number;
  readonly attempt: FlowAttempt;
  /** Null where nothing is blocked. */
  readonly gate: Gate | null;
  /** Answers what the gate sinks; null where it sinks nothing. */
  readonly answers: DatagramAnswers | null;
  /** Hands an answer to the command. */
  readonly reply: (answer: Buffer) => void;
  /** Tells the command that nobody takes its datagram. */
  readonly refuse: () => void;
  readonly emit: (event: DatagramEvent) => void;
}

/**
 * Datagrams kept while they may not leave yet: the upstream socket connects in one turn of the event loop, and the hello
 * of a QUIC client fills two of them.
 */
const MAXIMUM_WAITING = 256;

/** All datagrams from one source port to one destination: relayed, counted, and held against the policy. */
export class DatagramFlow {
  readonly #options: DatagramFlowOptions;
  readonly #waiting: Buffer[] = [];
  #ruling: Ruling;
  #protocol: Protocol | null = null;
  /** Whose hello is being read. */
  #quic: QuicInitials | null = null;
  /** Whose hello has been read. */
  #connection: QuicInitials | null = null;
  #hello: QuicHello | null = null;
  #upstream: Socket | null = null;
  #isConnected = false;
  #sent = 0;
  #received = 0;
  #datagramsSent = 0;
  #datagramsReceived = 0;
  #failure: string | null = null;

  constructor(options: DatagramFlowOptions) {
    this.#options = options;
    this.#ruling = options.gate?.flow(options.attempt) ?? { isAllowed: true };
  }

  /** A flow whose call was refused: an event, and nothing more. */
  static refused(options: DatagramFlowOptions, ruling: Ruling): void {
    const flow = new DatagramFlow(options);
    flow.#ruling = ruling;
    flow.#failure = 'ECONNREFUSED';
    flow.#tell(0);
  }

  /** Takes a datagram of the command's. */
  take(message: Buffer): void {
    if (this.#protocol === null) this.#begin(message);
    else if (this.#quic === null && this.#isNewConnection(message)) this.#expectHello();
    if (this.#quic !== null) this.#readHello(this.#quic, message);
    if (!this.#ruling.isAllowed) return this.#swallow(message);
    const { gate, attempt } = this.#options;
    const spent = gate?.spend(attempt, message.length);
    if (spent?.isAllowed === false) {
      this.#refuse(spent, spent.failure);
      return this.#swallow(message);
    }
    if (this.#waiting.length < MAXIMUM_WAITING) this.#waiting.push(message);
    this.#release();
  }

  /** What a sinkhole has taken has been sent; of what is refused the command is told at once. */
  #swallow(message: Buffer): void {
    if (this.#ruling.isSunk !== true) return this.#turnAway(message);
    this.#sent += message.length;
    this.#datagramsSent += 1;
    // Nothing of it is kept, so only the number of flows is bounded: how much one would have carried out is the question.
    if (this.#quic === null) this.#answer(message);
  }

  /** The system tells it to a connected socket alone: a QUIC client on another gives up by its own protocol. */
  #turnAway(message: Buffer): void {
    const { reply, refuse } = this.#options;
    const answer = this.#protocol === 'quic' ? refuseQuic(message) : null;
    if (answer !== null) reply(answer);
    refuse();
  }

  #answer(bytes: Buffer): void {
    const { answers, attempt, reply } = this.#options;
    const answer = answers?.({ protocol: this.#protocol ?? 'none', port: attempt.port, bytes }) ?? null;
    if (answer === null) return;
    this.#count(answer);
    reply(answer);
  }

  #count(answer: Buffer): void {
    this.#received += answer.length;
    this.#datagramsReceived += 1;
  }

  /** Writes the event for good. */
  end(): void {
    const { now, at } = this.#options;
    this.#close();
    this.#tell(now() - at);
  }

  /** Whether nothing of it leaves any more, and nobody answers it. */
  get isRefused(): boolean {
    return !this.#ruling.isAllowed && this.#ruling.isSunk !== true;
  }

  /** Whether what it says is still being waited for. */
  get #isHeld(): boolean {
    return this.#quic !== null && this.#options.gate !== null;
  }

  #begin(first: Buffer): void {
    this.#protocol = recognizeDatagram(first);
    if (this.#protocol === 'quic') this.#expectHello();
    else this.#judge();
    if (this.#ruling.isAllowed) this.#connect();
    else if (this.#ruling.isSunk !== true) this.#failure = 'EBLOCKED';
    this.#tell(null);
  }

  /** A flow of anything may become QUIC, and one of QUIC may carry another connection: for as long as it lasts. */
  #isNewConnection(message: Buffer): boolean {
    return hasQuicInitial(message) && this.#connection?.continues(message) !== true;
  }

  #expectHello(): void {
    this.#protocol = 'quic';
    this.#hello = null;
    this.#quic = createQuicInitials();
  }

  #readHello(quic: QuicInitials, message: Buffer): void {
    const parsed = quic.push(message);
    if (parsed.state === 'need-more') return;
    this.#quic = null;
    this.#connection = quic;
    if (parsed.state === 'done') this.#hello = parsed.value;
    this.#judge();
    if (!this.#ruling.isAllowed && this.#ruling.isSunk !== true) this.#refuse(this.#ruling);
  }

  #judge(): void {
    const { gate, attempt } = this.#options;
    if (gate === null || !this.#ruling.isAllowed) return;
    const { sni = null, ech = false } = this.#hello ?? {};
    this.#ruling = gate.claims(attempt, { ...NO_CLAIMS, protocol: this.#protocol ?? 'none', sni, ech });
  }

  #refuse(ruling: Ruling, failure = 'EBLOCKED'): void {
    this.#ruling = ruling;
    this.#failure = failure;
    this.#close();
  }

  #connect(): void {
    const { address, port } = this.#options.attempt;
    const upstream = dgram.createSocket(isIpv6(address) ? 'udp6' : 'udp4');
    this.#upstream = upstream;
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= error.code ?? 'EIO';
    });
    upstream.on('message', (answer) => {
      this.#count(answer);
      this.#options.reply(answer);
    });
    // The callback gets an error as well (a broadcast address: EACCES), and an unconnected socket can't send.
    upstream.connect(port, address, (error?: NodeJS.ErrnoException) => {
      if (error !== undefined && error !== null) {
        this.#failure ??= error.code ?? 'EIO';
        return;
      }
      this.#isConnected = this.#upstream !== null;
      this.#release();
    });
  }

  #release(): void {
    if (!this.#isConnected || this.#isHeld) return;
    for (const message of this.#waiting.splice(0)) {
      this.#sent += message.length;
      this.#datagramsSent += 1;
      this.#upstream?.send(message, () => {});
    }
  }

  #close(): void {
    this.#waiting.length = 0;
    this.#upstream?.close();
    this.#upstream = null;
    this.#isConnected = false;
  }

  #tell(durationMs: number | null): void {
    const { id, at, localPort, attempt, emit } = this.#options;
    const { address, port, resolvedNames, hostsNames } = attempt;
    const { sni = null, alpn = [] } = this.#hello ?? {};
    const claims = { address, port, resolvedNames, hostsNames, sni, httpHost: null };
    const { host, hostSource, disagreements } = decideHost({ ...claims, isLoopback: false });
    emit({
      kind: 'datagram',
      id,
      at,
      actorId: attempt.actorId,
      address,
      port,
      localPort,
      host,
      hostSource,
      protocol: this.#protocol ?? 'none',
      resolvedNames,
      bytesSent: this.#sent,
      bytesReceived: this.#received,
      ...verdictOf(this.#ruling),
      failure: this.#failure,
      durationMs,
      datagramsSent: this.#datagramsSent,
      datagramsReceived: this.#datagramsReceived,
      ...(this.#protocol === 'quic' ? { sni, alpn, disagreements } : {}),
    });
  }
}
