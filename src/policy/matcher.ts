import type { Lock, LockRow } from '../model/lock.js';
import { canonicalHost } from './canonical-host.js';
import { rowKey } from './lock-rows.js';
import { createPolicy } from './rules/create-policy.js';
import { lockRules } from './rules/lock-rules.js';

/** What a row is compared by, besides its package. */
export type Place = Pick<LockRow, 'phase' | 'host' | 'port' | 'protocol'>;

/** "Does the lock have it", asked of the lock's rules. */
export interface Matcher {
  /** Whether this very package may go there. */
  has(row: LockRow): boolean;
  /** Packages that may go there, sorted. */
  packagesFor(place: Place): readonly string[];
}

/**
 * A row for a connection is one for its look-up, too. A host that no rule can hold, since it is no name (an octet that is
 * escaped), counts where this very row was accepted; enforcement never lets it pass.
 */
export function createMatcher(lock: Lock): Matcher {
  const policy = createPolicy(lockRules(lock));
  const accepted = new Set(lock.rows.map(rowKey));
  return {
    has: (row) => {
      const { package: name, ...place } = row;
      return (
        accepted.has(rowKey(row)) ||
        policy.decide({ ...place, speaker: { kind: 'one', name } }).action === 'allow'
      );
    },
    packagesFor: (place) => {
      const rules = policy.matching({ ...place, speaker: { kind: 'any' } });
      return [...new Set(rules.flatMap((rule) => rule.packages ?? []))].sort();
    },
  };
}

/** One text for each place, in whatever spelling of its host. */
export function placeKey({ phase, host, port, protocol }: Place): string {
  return [phase, canonicalHost(host), port, protocol].join('\0');
}
