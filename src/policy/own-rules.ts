import type { LockRow } from '../model/lock.js';
import type { Decision, PolicyRule } from '../model/policy.js';
import { createPolicy, type RuleSet } from './rules/create-policy.js';
import { LOCK_ORIGIN } from './rules/lock-rules.js';

/** What the configuration says of a place and of whoever went there, whatever mode it was in. */
export interface OwnRules {
  /** Whether it permits it: such a row needs no lock. */
  permits(row: LockRow): boolean;
  decide(row: LockRow): Decision;
}

/** Of everything that no package and no process is known of. */
const NOBODY = '(process)';

/**
 * What the user has written or has chosen, without the lock. Of profiles those rules are left out that open a place for
 * everybody: that a package goes to a host that many use, and never did before, is what is to be found.
 */
export function ownRules(rules: readonly PolicyRule[]): RuleSet {
  return createPolicy(rules.filter((rule) => rule.origin !== LOCK_ORIGIN && !isOpenProfile(rule)));
}

export function createOwnRules(policy: RuleSet): OwnRules {
  const decide = ({ package: name, ...place }: LockRow): Decision =>
    policy.decide({
      ...place,
      speaker: name === NOBODY ? { kind: 'doubtful' } : { kind: 'one', name },
    });
  return { decide, permits: (row) => decide(row).action === 'allow' };
}

function isOpenProfile({ origin, action, packages }: PolicyRule): boolean {
  return action === 'allow' && packages === null && origin.startsWith('profile ');
}
