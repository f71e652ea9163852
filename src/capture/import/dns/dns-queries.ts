import type { DnsEvent } from '../../../model/event.js';
import { readAnswer } from '../../resolver/answers.js';
import type { NameBook } from '../../resolver/name-book.js';
import { typeName } from '../../resolver/type-names.js';
import { HEADER, readQuestion } from '../../resolver/wire.js';
import type { EventBudget } from '../event-budget.js';
import type { Ends } from '../transport/endpoints.js';

/** QR and the operation code (RFC 1035 §4.1.1): zero for a query, the highest bit alone for its answer. */
const KIND = 0xf8;
const QUERY = 0x00;
const ANSWER = 0x80;

interface Asked extends Seen {
  readonly name: string;
  readonly type: string;
  answer: (Pick<DnsEvent, 'rcode' | 'cnames' | 'answers'> & { readonly at: number }) | null;
}

/** Where a message was seen. */
export interface Seen {
  /** Unique for its flow. */
  readonly flow: number;
  readonly ends: Ends;
  readonly transport: 'udp' | 'tcp';
  /** Milliseconds. */
  readonly at: number;
}

/**
 * Matches queries with their answers: by the flow, the message's number and the question (RFC 5452 §4). An answer that
 * nobody asked for names nothing: whoever can send to the client could make one up.
 */
export class DnsQueries {
  readonly #names: NameBook;
  readonly #budget: EventBudget;
  readonly #asked: Asked[] = [];
  readonly #latest = new Map<string, Asked>();
  readonly #unreachable = new Set<number>();
  /** Answers without a query. */
  unasked = 0;

  constructor(names: NameBook, budget: EventBudget) {
    this.#names = names;
    this.#budget = budget;
  }

  /** Takes what a client sent. False where it is no query with one question: then it is something else. */
  query(message: Buffer, seen: Seen): boolean {
    const question = readMessage(message, QUERY);
    if (question === null) return false;
    const key = keyOf(message, question.name, question.type, seen);
    const known = this.#latest.get(key);
    // Sent again, or seen on two interfaces.
    if (known !== undefined && known.answer === null) return true;
    if (!this.#budget.take(question.name.length)) return true;
    const asked: Asked = {
      ...seen,
      name: question.name,
      type: typeName(question.type),
      answer: null,
    };
    this.#asked.push(asked);
    this.#latest.set(key, asked);
    return true;
  }

  /** Takes what a server sent. */
  answer(message: Buffer, seen: Seen): void {
    const question = readMessage(message, ANSWER);
    if (question === null) return;
    const asked = this.#latest.get(keyOf(message, question.name, question.type, seen));
    if (asked === undefined) this.unasked += 1;
    if (asked === undefined || asked.answer !== null) return;
    const { rcode, cnames, answers, addresses } = readAnswer(message);
    const isKept = this.#budget.grow(textOf(cnames) + textOf(answers));
    asked.answer = { rcode, cnames: isKept ? cnames : [], answers: isKept ? answers : [], at: seen.at };
    this.#names.add(question.name, addresses);
  }

  /** The network said that the server can't be reached. */
  unreachable(flow: number): void {
    this.#unreachable.add(flow);
  }

  /** An event for each query, in the order of their coming, all with the number 0. @param start Of the run, epoch milliseconds */
  events(start: number): DnsEvent[] {
    return this.#asked.map((asked) => ({
      kind: 'dns',
      id: 0,
      at: asked.at - start,
      actorId: null,
      name: asked.name,
      meant: asked.name,
      type: asked.type,
      transport: asked.transport,
      server: asked.ends.server.address,
      port: asked.ends.server.port,
      // A capture does not say which resolver its clients were given.
      ownResolver: false,
      rcode: asked.answer?.rcode ?? null,
      failure: asked.answer === null ? this.#failureOf(asked) : null,
      cnames: asked.answer?.cnames ?? [],
      answers: asked.answer?.answers ?? [],
      verdict: 'allowed',
      durationMs: asked.answer === null ? null : Math.max(0, asked.answer.at - asked.at),
    }));
  }

  #failureOf({ flow }: Asked): string {
    return this.#unreachable.has(flow) ? 'UNREACHABLE' : 'TIMEOUT';
  }
}

function readMessage(message: Buffer, kind: number): ReturnType<typeof readQuestion> {
  if (message.length < HEADER || ((message[2] ?? 0) & KIND) !== kind) return null;
  return readQuestion(message);
}

function keyOf(message: Buffer, name: string, type: number, { flow }: Seen): string {
  return `${flow} ${message.readUInt16BE(0)} ${type} ${name}`;
}

function textOf(texts: readonly string[]): number {
  return texts.reduce((total, text) => total + text.length, 0);
}
