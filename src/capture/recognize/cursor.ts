const NOTHING = new Uint8Array(0);

/**
 * Reads big-endian fields from bytes of a stranger. A read past the end yields zero or no bytes and clears `ok`
 * for good, so a structure is read in one go and judged once.
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  #ok = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** False as soon as one read went past the end. */
  get ok(): boolean {
    return this.#ok;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Uint8Array {
    return this.skip(count) ? this.#bytes.subarray(this.#at - count, this.#at) : NOTHING;
  }

  /** Passes bytes over; false, as `ok` from then on, where there are fewer. */
  skip(count: number): boolean {
    if (!this.#ok || count > this.remaining) {
      this.#ok = false;
      this.#at = this.#bytes.length;
      return false;
    }
    this.#at += count;
    return true;
  }

  /** Unsigned integer of `size` bytes, 1 to 4. */
  uint(size: 1 | 2 | 3 | 4): number {
    if (!this.skip(size)) return 0;
    let value = 0;
    for (let at = this.#at - size; at < this.#at; at += 1) value = value * 256 + (this.#bytes[at] ?? 0);
    return value;
  }

  /** Bytes behind a length prefix of `size` bytes. */
  vector(size: 1 | 2 | 3): Uint8Array {
    return this.take(this.uint(size));
  }

  /** Passes over a length prefix of `size` bytes, and what it counts. */
  skipVector(size: 1 | 2 | 3): void {
    this.skip(this.uint(size));
  }
}
