import { shortestChains } from '../../attribution/shortest-chains.js';
import type { PackageLockReading } from '../../model/package-lock.js';
import type { WhyChain } from '../../policy/diff/origin.js';

/** Chains in the trees of two package locks. */
export function chainsIn({ base, head }: Readonly<Record<'base' | 'head', PackageLockReading>>): WhyChain {
  const chains = { base: chainsOf(base), head: chainsOf(head) };
  return (side, location) => chains[side](location);
}

function chainsOf(reading: PackageLockReading): (location: string) => readonly string[] | null {
  return reading.kind === 'read' ? shortestChains(reading.lock.tree) : () => null;
}
