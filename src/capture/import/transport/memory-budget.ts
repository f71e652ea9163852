import { createOldestKey } from '../../oldest-key.js';

/** Whoever holds bytes of flows whose names are not certain yet. */
export interface Holder {
  /** Lets go of all bytes: what is known by now is what will be known. */
  giveUp(): void;
}

/** Shares a maximum of memory: where it is reached, whoever has held on for longest gives up. */
export class MemoryBudget {
  readonly #maximum: number;
  readonly #held = new Map<Holder, number>();
  readonly #oldest = createOldestKey(this.#held);
  #total = 0;
  #givenUp = 0;

  /** @param maximum Bytes */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Holders that had to give up. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** Says how many bytes a holder has now; 0 where it is done. */
  hold(holder: Holder, bytes: number): void {
    this.#total += bytes - (this.#held.get(holder) ?? 0);
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
    while (this.#total > this.#maximum) {
      const oldest = this.#oldest();
      if (oldest === undefined) return;
      this.#total -= this.#held.get(oldest) ?? 0;
      this.#held.delete(oldest);
      this.#givenUp += 1;
      oldest.giveUp();
    }
  }
}
