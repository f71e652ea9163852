import {
  createFirstBytes,
  type Direction,
  type FirstBytes,
  MAX_RECEIVED,
  MAX_SENT,
  type Recognition,
} from '../../recognize/first-bytes.js';
import type { Judgement } from '../../recognize/recognition.js';
import { Window } from '../../recognize/window.js';

/** Bytes up to which each segment is looked at as it comes. */
const EAGER = 4096;
/** Beyond that, only once so much of what is held has come anew: an eighth. */
const SHARE = 8;

/**
 * Names a flow as `createFirstBytes` does, which looks at all bytes again for each segment: segments of one byte each
 * would cost the square of their number. So it is asked more rarely as the bytes become more. The name is the same, since
 * a result never depends on how the bytes were cut; it is known a little later.
 */
export function createPatientFirstBytes(): FirstBytes {
  return new PatientFirstBytes();
}

class PatientFirstBytes implements FirstBytes {
  readonly #inner = createFirstBytes();
  #waiting: { readonly sent: Window; readonly received: Window } | null = null;
  #waitingBytes = 0;
  #total = 0;

  push(direction: Direction, chunk: Uint8Array): Recognition | null {
    this.#total += chunk.length;
    if (this.#total <= EAGER) return this.#inner.push(direction, chunk);
    this.#waiting ??= { sent: new Window(MAX_SENT), received: new Window(MAX_RECEIVED) };
    this.#waiting[direction].append(chunk);
    this.#waitingBytes += chunk.length;
    return this.#waitingBytes >= this.#total / SHARE ? this.#flush() : null;
  }

  soFar(): Recognition {
    this.#flush();
    return this.#inner.soFar();
  }

  judgement(): Judgement {
    this.#flush();
    return this.#inner.judgement();
  }

  end(): Recognition {
    this.#flush();
    return this.#inner.end();
  }

  #flush(): Recognition | null {
    const waiting = this.#waiting;
    let result: Recognition | null = null;
    if (waiting !== null) {
      for (const direction of ['sent', 'received'] as const) {
        const { bytes } = waiting[direction];
        if (bytes.length > 0) result = this.#inner.push(direction, bytes);
      }
    }
    this.#waiting = null;
    this.#waitingBytes = 0;
    return result;
  }
}
