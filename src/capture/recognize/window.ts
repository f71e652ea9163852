const INITIAL_CAPACITY = 1024;
const NOTHING = new Uint8Array(0);

/** The first bytes of one direction, up to a maximum; what comes after it is dropped. */
export class Window {
  readonly #maximum: number;
  #bytes: Uint8Array = NOTHING;
  #length = 0;
  #isBorrowed = false;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get full(): boolean {
    return this.#length === this.#maximum;
  }

  /** A view that holds until the next `append`. */
  get bytes(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }

  append(chunk: Uint8Array): void {
    const kept = chunk.subarray(0, this.#maximum - this.#length);
    const needed = this.#length + kept.length;
    if (needed > this.#bytes.length) {
      const capacity = Math.min(this.#maximum, Math.max(needed, this.#bytes.length * 2, INITIAL_CAPACITY));
      const grown = new Uint8Array(capacity);
      grown.set(this.bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(kept, this.#length);
    this.#length = needed;
  }

  /** As `append`, but where nothing is held yet the chunk is not copied: `keep` must follow before its bytes change. */
  borrow(chunk: Uint8Array): void {
    if (this.#length > 0) {
      this.append(chunk);
      return;
    }
    this.#bytes = chunk.subarray(0, this.#maximum);
    this.#length = this.#bytes.length;
    this.#isBorrowed = true;
  }

  /** Copies what was borrowed. */
  keep(): void {
    if (!this.#isBorrowed) return;
    const borrowed = this.#bytes;
    this.clear();
    this.append(borrowed);
  }

  /** Lets go of the memory. */
  clear(): void {
    this.#bytes = NOTHING;
    this.#length = 0;
    this.#isBorrowed = false;
  }
}
