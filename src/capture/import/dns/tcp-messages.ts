import { createFrameReader, type FrameReader } from '../../resolver/tcp-frames.js';
import type { DnsQueries } from './dns-queries.js';
import type { Seen } from './query.js';

/** The DNS messages of one TCP connection (RFC 7766). */
export class TcpMessages {
  readonly #queries: DnsQueries;
  readonly #readers: { readonly sent: FrameReader; readonly received: FrameReader };
  #asked = 0;
  #others = 0;
  /** Bytes of messages that are not whole yet. */
  waiting = 0;

  constructor(queries: DnsQueries) {
    this.#queries = queries;
    this.#readers = { sent: createFrameReader(), received: createFrameReader() };
  }

  /** True where the client has sent queries, and nothing but queries. */
  get isPlain(): boolean {
    return this.#asked > 0 && this.#others === 0;
  }

  push(direction: 'sent' | 'received', bytes: Uint8Array, seen: Seen): void {
    this.waiting += bytes.length;
    // The reader keeps what it is given, and the bytes don't stay.
    for (const message of this.#readers[direction].push(Buffer.from(bytes))) {
      this.waiting -= message.length + 2;
      if (direction === 'received') this.#queries.answer(message, seen);
      else if (this.#queries.query(message, seen)) this.#asked += 1;
      else this.#others += 1;
    }
  }
}
