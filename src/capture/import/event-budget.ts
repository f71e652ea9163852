/**
 * Queries, connections and datagram flows: with their destinations and findings, each costs some 5 kB of memory and
 * 0.1 ms. Some gigabytes of a usual capture have as many.
 */
export const MAXIMUM_EVENTS = 100_000;
/** Characters of names and answers in all events: beyond a few hundred for each somebody fills them on purpose. */
export const MAXIMUM_TEXT = 64 * 1024 * 1024;

/** How many events one import may have, and how much text in them. */
export class EventBudget {
  #events = 0;
  #text = 0;
  #refused = 0;

  /** Events, and answers to queries, that were too many. */
  get refused(): number {
    return this.#refused;
  }

  /** Whether there may be one event more, with so many characters. */
  take(characters: number): boolean {
    if (this.#events >= MAXIMUM_EVENTS || !this.#fits(characters)) {
      this.#refused += 1;
      return false;
    }
    this.#events += 1;
    this.#text += characters;
    return true;
  }

  /** Whether an event may have so many characters more. */
  grow(characters: number): boolean {
    if (!this.#fits(characters)) {
      this.#refused += 1;
      return false;
    }
    this.#text += characters;
    return true;
  }

  #fits(characters: number): boolean {
    return this.#text + characters <= MAXIMUM_TEXT;
  }
}
