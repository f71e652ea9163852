import type { Host } from '../host.js';
import { type Bucket, lowestOf } from './bucket.js';
import type { HostPattern } from './host-pattern.js';
import { createNameTable } from './name-table.js';
import { createRangeTable } from './range-table.js';

/** Finds the patterns that cover a host without looking at the others. */
export interface HostIndex {
  /**
   * The lowest number of a pattern that covers the host and is accepted, -1 where there is none.
   * @param host Null for what is no host: only `*` covers it
   */
  lowest(host: Host | null, accepts: (number: number) => boolean): number;
}

/** @param patterns Null for a pattern that covers nothing. A pattern's number is its place. */
export function createHostIndex(patterns: Iterable<HostPattern | null>): HostIndex {
  const all: number[] = [];
  const names = createNameTable();
  const ranges = createRangeTable();
  let number = 0;
  for (const pattern of patterns) {
    if (pattern?.kind === 'all') all.push(number);
    else if (pattern?.kind === 'range') ranges.add(pattern.prefix, number);
    else if (pattern !== null) names.add(pattern.kind, pattern.name, number);
    number += 1;
  }

  return {
    lowest: (host, accepts) => {
      let best = lowestOf(all, -1, accepts);
      const look = (bucket: Bucket): void => {
        best = lowestOf(bucket, best, accepts);
      };
      if (host?.kind === 'name') names.covering(host.name, look);
      else if (host?.kind === 'address') ranges.covering(host.address, look);
      return best;
    },
  };
}
