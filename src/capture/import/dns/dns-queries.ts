import { readAnswer } from '../../resolver/answers.js';
import type { NameBook } from '../../resolver/name-book.js';
import { typeName } from '../../resolver/type-names.js';
import { HEADER, readQuestion } from '../../resolver/wire.js';
import { uint16 } from '../../uint16.js';
import type { EventBudget } from '../event-budget.js';
import { Query, type Seen } from './query.js';

/** QR and the operation code (RFC 1035 §4.1.1): zero for a query, the highest bit alone for its answer. */
const KIND = 0xf8;
const QUERY = 0x00;
const ANSWER = 0x80;

/**
 * Matches queries with their answers: by the flow, the message's number and the question (RFC 5452 §4). An answer that
 * nobody asked for names nothing: whoever can send to the client could make one up.
 */
export class DnsQueries {
  readonly #names: NameBook;
  readonly #budget: EventBudget;
  readonly #resolvers: ReadonlySet<string>;
  readonly #latest = new Map<string, Query>();
  /** The last query of each flow. */
  readonly #ofFlow = new Map<number, Query>();
  /** All that there were, in the order of their coming. */
  readonly all: Query[] = [];
  /** Answers without a query. */
  unasked = 0;

  /** @param resolvers Addresses of those that the clients were given; empty where nobody says */
  constructor(names: NameBook, budget: EventBudget, resolvers: ReadonlySet<string>) {
    this.#names = names;
    this.#budget = budget;
    this.#resolvers = resolvers;
  }

  /** Whether a client has chosen a name server for itself; never, where nobody says which ones it was given. */
  isOwnChoice(server: string): boolean {
    return this.#resolvers.size > 0 && !this.#resolvers.has(server);
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
    const isOwnChoice = this.isOwnChoice(seen.ends.server.address);
    const query = new Query(seen, question.name, typeName(question.type), isOwnChoice);
    this.all.push(query);
    this.#latest.set(key, query);
    this.#ofFlow.set(seen.flow, query);
    return true;
  }

  /** Takes what a server sent. */
  answer(message: Buffer, seen: Seen): void {
    const question = readMessage(message, ANSWER);
    if (question === null) return;
    const query = this.#latest.get(keyOf(message, question.name, question.type, seen));
    if (query === undefined) this.unasked += 1;
    if (query === undefined || query.answer !== null) return;
    const { rcode, cnames, answers, addresses } = readAnswer(message, question);
    const isKept = this.#budget.grow(lengthOf(cnames) + lengthOf(answers));
    query.answer = { rcode, cnames: isKept ? cnames : [], answers: isKept ? answers : [], at: seen.at };
    this.#names.add(question.name, addresses);
  }

  /** The network said that the server of a flow can't be reached; its last query is meant. */
  unreachable(flow: number): void {
    const query = this.#ofFlow.get(flow);
    if (query !== undefined) query.isUnreachable = true;
  }
}

function readMessage(message: Buffer, kind: number): ReturnType<typeof readQuestion> {
  if (message.length < HEADER || ((message[2] ?? 0) & KIND) !== kind) return null;
  return readQuestion(message);
}

function keyOf(message: Buffer, name: string, type: number, { flow }: Seen): string {
  return `${flow} ${uint16(message, 0)} ${type} ${name}`;
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((total, text) => total + text.length, 0);
}
