import { type Judgement, type Recognition, recognize } from './recognition.js';
import { Window } from './window.js';

export type { Recognition } from './recognition.js';

/** Bytes kept of what the command sends: a refused request, its repetition and a hello, each with its own maximum of 16 KiB. */
export const MAX_SENT = 49_152;
/** Bytes kept of what comes back: only greetings and proxies' answers are read of it. */
export const MAX_RECEIVED = 16_384;

export type Direction = 'sent' | 'received';

/** Names the protocol of one TCP flow as its bytes go by. Never throws, whatever the bytes. */
export interface FirstBytes {
  /**
   * Feeds bytes of one direction, which are copied. Returns the recognition once it is certain, or a maximum is
   * reached; null while more bytes could say more. After a result it keeps returning the same one.
   */
  push(direction: Direction, chunk: Uint8Array): Recognition | null;
  /** The best that is known now, without an end to the recognition. */
  soFar(): Recognition;
  /**
   * What all bytes so far say, and whether it is final. Unlike the result of `push` it goes on changing behind the maximum
   * of what comes back; at the maximum of what is sent it is lost.
   */
  judgement(): Judgement;
  /** No more bytes will come, or nobody waits for them: the best that is known, for good. */
  end(): Recognition;
}

export function createFirstBytes(): FirstBytes {
  return new BoundedFirstBytes();
}

class BoundedFirstBytes implements FirstBytes {
  readonly #sent = new Window(MAX_SENT);
  readonly #received = new Window(MAX_RECEIVED);
  #result: Recognition | null = null;
  #final: Judgement | null = null;

  push(direction: Direction, chunk: Uint8Array): Recognition | null {
    const window = direction === 'sent' ? this.#sent : this.#received;
    if (this.#final !== null || window.full) return this.#result;
    // Most flows are named by their first chunk, which then need not be copied.
    window.borrow(chunk);
    const judgement = this.judgement();
    if (judgement.state !== 'open') return this.#settle(judgement);
    window.keep();
    if (this.#received.full) this.#result ??= judgement.recognition;
    return this.#result;
  }

  soFar(): Recognition {
    return this.#result ?? this.judgement().recognition;
  }

  judgement(): Judgement {
    if (this.#final !== null) return this.#final;
    const judgement = recognize(this.#sent.bytes, this.#received.bytes);
    return judgement.state === 'open' && this.#sent.full ? { ...judgement, state: 'lost' } : judgement;
  }

  end(): Recognition {
    return this.#settle(this.judgement());
  }

  #settle(judgement: Judgement): Recognition {
    this.#final = judgement;
    this.#result ??= judgement.recognition;
    this.#sent.clear();
    this.#received.clear();
    return this.#result;
  }
}
