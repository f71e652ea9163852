import { type Address, bitsOf, maskAddress, type Prefix } from '../address.js';
import { type Bucket, joinBuckets } from './bucket.js';

/** Ranges of addresses → numbers of rules: one table for each length of prefix that occurs. */
export interface RangeTable {
  add(prefix: Prefix, number: number): void;
  /** Gives each bucket whose range holds the address to `look`. */
  covering(address: Address, look: (bucket: Bucket) => void): void;
}

export function createRangeTable(): RangeTable {
  const families = { 32: new Map<number, Ranges>(), 128: new Map<number, Ranges>() };
  return {
    add: ({ address, length }, number) => {
      const lengths = families[bitsOf(address)];
      const ranges: Ranges = lengths.get(length) ?? new Map();
      const key = keyOf(address, length);
      ranges.set(key, joinBuckets(ranges.get(key), number));
      lengths.set(length, ranges);
    },
    covering: (address, look) => {
      for (const [length, ranges] of families[bitsOf(address)]) {
        const bucket = ranges.get(keyOf(address, length));
        if (bucket !== undefined) look(bucket);
      }
    },
  };
}

type Ranges = Map<number | string, Bucket>;

/** The first bits of an address, the same for all of one range. A number where it can be one: it is quicker to look up. */
function keyOf(address: Address, length: number): number | string {
  const masked = maskAddress(address, length);
  if (masked.length === 1) return masked[0];
  // 48 bits fit into the 53 of a double.
  return length <= 48 ? masked[0] * 65_536 + (masked[1] >>> 16) : masked.join(':');
}
