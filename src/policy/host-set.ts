import { parseHost } from './host.js';
import { createHostIndex } from './rules/host-index.js';
import { parseHostPattern } from './rules/host-pattern.js';

export interface HostSet {
  /** @param host A name or an address; what is neither is in no set. */
  has(host: string): boolean;
}

/** A list of hosts as rules name them: `*.x` stands for all names below x, not for x itself, `x/24` for a range. */
export function hostSet(patterns: readonly string[]): HostSet {
  const index = createHostIndex(patterns.map(parseHostPattern));
  return { has: (host) => index.lowest(parseHost(host), () => true) >= 0 };
}
