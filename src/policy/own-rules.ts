import type { LockRow } from '../model/lock.js';
import type { Decision, PolicyRule, Question } from '../model/policy.js';
import type { RuleSet } from './rules/create-policy.js';
import { LOCK_ORIGIN } from './rules/lock-rules.js';

/** What the whole policy says of a place and of whoever went there, whatever mode it was in. */
export interface OwnRules {
  /** Whether the configuration permits it: such a row needs no lock. */
  permits(row: LockRow): boolean;
  decide(row: LockRow): Decision;
}

/** Of everything that no package and no process is known of. */
const NOBODY = '(process)';

export function createOwnRules(policy: RuleSet): OwnRules {
  const decide = (row: LockRow): Decision => policy.decide(questionOf(row));
  return {
    decide,
    permits: (row) => {
      const { action, rule } = decide(row);
      if (action !== 'allow' || rule === null) return false;
      return isOwn(rule) || policy.matching(questionOf(row)).some(isOwn);
    },
  };
}

function questionOf({ package: name, ...place }: LockRow): Question {
  return { ...place, speaker: name === NOBODY ? { kind: 'doubtful' } : { kind: 'one', name } };
}

/**
 * Whether a rule is the user's word that somebody may go there: not the lock's, which is asked by itself, nor one by which
 * a profile opens a place for everybody: that a package goes to a host that many use, and never did before, is news.
 */
function isOwn({ origin, action, packages }: PolicyRule): boolean {
  return (
    action === 'allow' && origin !== LOCK_ORIGIN && (packages !== null || !origin.startsWith('profile '))
  );
}
