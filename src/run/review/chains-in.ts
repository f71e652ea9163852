import { whyChains } from '../../attribution/why.js';
import type { PackageLockReading } from '../../model/package-lock.js';
import type { WhyChains } from '../../policy/diff/origin.js';

/** Chains that are given for one package: a reader needs one, and an answer to "is that all?". */
const CHAINS = 5;

/** Chains in the trees of two package locks, each laid once. */
export function chainsIn(sides: Readonly<Record<'base' | 'head', PackageLockReading>>): WhyChains {
  const known = new Map<string, readonly (readonly string[])[]>();
  return (side, location) => {
    const reading = sides[side];
    if (reading.kind !== 'read') return [];
    const key = `${side}\0${location}`;
    const chains = known.get(key) ?? whyChains(reading.lock.tree, location, CHAINS);
    known.set(key, chains);
    return chains;
  };
}
