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
    if (!this.#ok || count > this.remaining) {
      this.#ok = false;
      this.#at = this.#bytes.length;
      return NOTHING;
    }
    const start = this.#at;
    this.#at += count;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Unsigned integer of `size` bytes, 1 to 4. */
  uint(size: 1 | 2 | 3 | 4): number {
    return this.take(size).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** Bytes behind a length prefix of `size` bytes. */
  vector(size: 1 | 2 | 3): Uint8Array {
    return this.take(this.uint(size));
  }
}
