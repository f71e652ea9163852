import { SparseBytes } from '../../recognize/sparse-bytes.js';

/** What may wait for a missing segment: no more than that is needed to name a protocol. */
const MAXIMUM_EARLY = { bytes: 65_536, pieces: 64 } as const;
/** RFC 7323 §2.2: no window is larger, so no segment is further ahead. */
const MAXIMUM_WINDOW = 2 ** 30;

/**
 * One direction of a TCP connection: puts its beginning in order, and counts all of it. Sequence numbers are compared
 * as signed differences of 32 bits (RFC 9293 §3.4).
 */
export class TcpStream {
  /** Of the next byte in order; null before the first segment. */
  #next: number | null = null;
  /** Behind the furthest byte that was seen. */
  #furthest = 0;
  /** Bytes that were put in order. */
  #position = 0;
  #early: SparseBytes | null = null;
  #isBroken = false;
  /** Bytes of payload, each once, with those that the capture has missed. */
  bytes = 0;

  /** Bytes that wait for a missing segment. */
  get waiting(): number {
    return this.#early?.held ?? 0;
  }

  /** True where nothing more can be put in order: something is missing, or too much came early. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** True once a segment was seen. */
  get isBegun(): boolean {
    return this.#next !== null;
  }

  /** The connection begins here. @param sequence Of the SYN */
  begin(sequence: number): void {
    if (this.#next === null) this.#start(sequence + 1);
  }

  /** Counts a segment. */
  count(sequence: number, length: number): void {
    if (this.#next === null) this.#start(sequence);
    const end = (sequence + length) | 0;
    const ahead = (end - this.#furthest) | 0;
    if (ahead <= 0 || ahead > MAXIMUM_WINDOW) return;
    this.#furthest = end;
    this.bytes += ahead;
  }

  /** Takes a counted segment's payload, and gives what is in order now. Of bytes that came twice the first ones count. */
  order(sequence: number, payload: Uint8Array, length: number, deliver: (bytes: Uint8Array) => void): void {
    if (this.#isBroken || this.#next === null) return;
    const ahead = (sequence - this.#next) | 0;
    if (ahead > 0) {
      this.#early ??= new SparseBytes(MAXIMUM_EARLY);
      const isKept = payload.length === length && this.#early.insert(this.#position + ahead, payload);
      if (!isKept) this.giveUp();
      return;
    }
    for (let rest = payload.subarray(-ahead); ; ) {
      // What waits was there first.
      const early = this.#early?.take(this.#position) ?? null;
      const bytes = early ?? rest.subarray(0, this.#early?.missingAt(this.#position));
      if (bytes.length === 0) break;
      this.#deliver(bytes, deliver);
      rest = rest.subarray(bytes.length);
    }
    if (payload.length < length) this.giveUp();
  }

  /** Lets go of what waits: nothing more is put in order. */
  giveUp(): void {
    this.#isBroken = true;
    this.#early = null;
  }

  #start(sequence: number): void {
    this.#next = sequence | 0;
    this.#furthest = sequence | 0;
  }

  #deliver(bytes: Uint8Array, deliver: (bytes: Uint8Array) => void): void {
    this.#position += bytes.length;
    this.#next = ((this.#next ?? 0) + bytes.length) | 0;
    deliver(bytes);
  }
}
