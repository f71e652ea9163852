const INITIAL_CAPACITY = 1024;
const NOTHING = new Uint8Array(0);

/** The first bytes of one direction, up to a maximum; what comes after it is dropped. */
export class Window {
  readonly #maximum: number;
  #bytes = NOTHING;
  #length = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get full(): boolean {
    return this.#length === this.#maximum;
  }

  /** A view that holds until the next `append`. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
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

  /** Lets go of the memory. */
  clear(): void {
    this.#bytes = NOTHING;
    this.#length = 0;
  }
}
