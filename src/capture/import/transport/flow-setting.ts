import type { DnsQueries } from '../dns/dns-queries.js';
import type { EventBudget } from '../event-budget.js';
import type { Ends } from './endpoints.js';
import type { MemoryBudget } from './memory-budget.js';

/** What a flow is made of when its first packet is seen. */
export interface FlowSetting {
  /** Unique within the import. */
  readonly number: number;
  readonly ends: Ends;
  /** Epoch milliseconds of its first packet. */
  readonly at: number;
  /** Names that had been answered with the server's address before, newest first. */
  readonly resolvedNames: readonly string[];
  readonly queries: DnsQueries;
  readonly budget: EventBudget;
  readonly memory: MemoryBudget;
}

/** Bytes that a flow costs while its first bytes are held, beside them: measured with 100,000 of them. */
export const FIXED_COST = 4096;
