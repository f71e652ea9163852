import type { Attribution } from './attribution.js';
import type { Destination } from './destination.js';

/** One attribution of one destination in one stored run: what `explain` answers from. */
export interface ExplainRow {
  readonly runId: string;
  readonly phase: string;
  /** Start of the run: ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly destination: Destination;
  readonly attribution: Attribution;
}
