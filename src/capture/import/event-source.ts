import type { EgressEvent } from '../../model/event.js';

/** Something that was seen, and becomes one event in the end. */
export interface EventSource {
  /** Epoch milliseconds of its beginning. */
  readonly at: number;
  /**
   * Its event, once nothing more will be seen; null where others say all of it.
   * @param start Epoch milliseconds of the run's start
   */
  event(id: number, start: number): EgressEvent | null;
}
