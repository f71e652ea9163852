import type { ActorId } from '../../model/actor.js';
import type { EventSink } from '../events.js';
import type { FlowAttempt, Gate, Ruling } from '../gate.js';
import { createFirstBytes, type Recognition } from '../recognize/first-bytes.js';
import { connectionEvent, type Flow, mismatch } from './connection-event.js';
import { decideHost } from './host-name.js';
import type { PendingConnect } from './pending.js';
import { REFUSED, type Tap } from './relay.js';
import { createValve, type Valve } from './valve.js';

export interface CarriedOptions {
  readonly sink: EventSink;
  readonly now: () => number;
  readonly resolvedNames: readonly string[];
  readonly hostsNames: readonly string[];
  /** Null where nothing is to be asked: nothing is blocked then. */
  readonly gate: Gate | null;
  /** What is said of it where no gate is asked. */
  readonly ruling: Ruling;
  /** False for connections that are no events: those to the resolver that the sandbox was given. */
  readonly isEvent: boolean;
}

/** One accepted connection: what has been seen of it, and what the policy said. */
export class Carried {
  readonly flow: Flow;
  readonly id: number;
  readonly #options: CarriedOptions;
  readonly #pending: PendingConnect | null;
  readonly #at: number;
  /** One value for all questions: the gate knows the flow again by it. */
  readonly #attempt: FlowAttempt;
  readonly #recognizer = createFirstBytes();
  #recognition: Recognition | null = null;
  #ruling: Ruling;
  #sent = 0;
  #received = 0;
  #isFinished = false;

  constructor(flow: Flow, pending: PendingConnect | null, options: CarriedOptions) {
    this.flow = flow;
    this.#pending = pending;
    this.#options = options;
    this.#ruling = options.ruling;
    this.id = options.sink.nextId();
    this.#at = pending?.at ?? options.now();
    const { resolvedNames, hostsNames } = options;
    const { actorId } = this;
    this.#attempt = { at: this.#at, actorId, transport: 'tcp', ...flow, resolvedNames, hostsNames };
  }

  get actorId(): ActorId | null {
    return this.#pending?.actorId ?? null;
  }

  /** Asks whether it may begin; what no held call has announced may not. */
  begin(): Ruling {
    const { gate } = this.#options;
    if (gate === null) return this.#ruling;
    const ruling = gate.flow(this.#attempt);
    this.#ruling = ruling.isAllowed && this.#pending === null ? { isAllowed: false } : ruling;
    return this.#ruling;
  }

  /** What holds the command's bytes until the policy knows them; null where nothing does. */
  valve(): Valve | null {
    const { gate } = this.#options;
    if (gate === null) return null;
    const note = (ruling: Ruling): Ruling => {
      // What no longer holds is the flow's last word; a rule that lets it pass may be told of as well.
      this.#ruling = ruling;
      return ruling;
    };
    return createValve({
      recognizer: this.#recognizer,
      judge: (claims) => note(gate.claims(this.#attempt, claims)),
      spend: (bytes) => {
        const ruling = gate.spend(this.#attempt, bytes);
        return ruling.isAllowed ? ruling : note(ruling);
      },
      onRefused: (rule) => note({ isAllowed: false, rule }),
    });
  }

  readonly tap: Tap = (direction, chunk) => {
    if (direction === 'sent') this.#sent += chunk.length;
    else this.#received += chunk.length;
    // The valve may still wait for what the event no longer does.
    const recognition = this.#recognizer.push(direction, chunk);
    if (this.#recognition !== null || recognition === null) return;
    this.#recognition = recognition;
    this.emit(null, null);
  };

  /** Host by what the first bytes claim. */
  hostOf({ sni, httpHost }: Recognition): string {
    const { resolvedNames, hostsNames } = this.#options;
    return decideHost({ ...this.flow, resolvedNames, hostsNames, sni, httpHost }).host;
  }

  /** Takes what somebody else has recognized, who reads the flow in this one's place. */
  recognize(recognition: Recognition): void {
    this.#recognition = recognition;
    this.emit(null, null);
  }

  /** The same for its payload, both ways. */
  count(sent: number, received: number): void {
    this.#sent = sent;
    this.#received = received;
  }

  /** Writes the event, for good; once. */
  finish(failure: string | null): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    const told =
      this.#ruling.isAllowed || failure !== REFUSED ? failure : (this.#ruling.failure ?? 'ECONNRESET');
    this.emit(told, this.#options.now() - this.#at);
  }

  emit(failure: string | null, durationMs: number | null): void {
    const { sink, isEvent, resolvedNames, hostsNames } = this.#options;
    if (!isEvent) return;
    const facts = {
      id: this.id,
      at: this.#at,
      actorId: this.actorId,
      failure,
      durationMs,
      sent: this.#sent,
      received: this.#received,
      ruling: this.#ruling,
    };
    const recognition =
      this.#recognition ?? (durationMs === null ? this.#recognizer.soFar() : this.#recognizer.end());
    sink.emit(
      connectionEvent(facts, this.flow, recognition, mismatch(this.flow, this.#pending), {
        resolvedNames,
        hostsNames,
      }),
    );
  }
}
