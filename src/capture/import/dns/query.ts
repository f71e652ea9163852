import type { DnsEvent } from '../../../model/event.js';
import type { EventSource } from '../event-source.js';
import type { Ends } from '../transport/endpoints.js';

/** Where a message was seen. */
export interface Seen {
  /** Unique for its flow. */
  readonly flow: number;
  readonly ends: Ends;
  readonly transport: 'udp' | 'tcp';
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What an answer said, and when. */
export type Answered = Pick<DnsEvent, 'rcode' | 'cnames' | 'answers'> & { readonly at: number };

/** One query, and its answer once there is one. */
export class Query implements EventSource {
  readonly #seen: Seen;
  readonly #name: string;
  readonly #type: string;
  readonly #isOwnChoice: boolean;
  answer: Answered | null = null;
  /** True where the network said that the server can't be reached. */
  isUnreachable = false;

  /** @param isOwnChoice Whether the client has chosen the server for itself */
  constructor(seen: Seen, name: string, type: string, isOwnChoice: boolean) {
    this.#seen = seen;
    this.#name = name;
    this.#type = type;
    this.#isOwnChoice = isOwnChoice;
  }

  get at(): number {
    return this.#seen.at;
  }

  event(id: number, start: number): DnsEvent {
    const { at, ends, transport } = this.#seen;
    const { answer } = this;
    const failure = this.isUnreachable ? 'UNREACHABLE' : 'TIMEOUT';
    return {
      kind: 'dns',
      id,
      at: at - start,
      actorId: null,
      name: this.#name,
      meant: this.#name,
      type: this.#type,
      transport,
      server: ends.server.address,
      port: ends.server.port,
      ownResolver: this.#isOwnChoice,
      rcode: answer?.rcode ?? null,
      failure: answer === null ? failure : null,
      cnames: answer?.cnames ?? [],
      answers: answer?.answers ?? [],
      verdict: 'allowed',
      durationMs: answer === null ? null : Math.max(0, answer.at - at),
    };
  }
}
