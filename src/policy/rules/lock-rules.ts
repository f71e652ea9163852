import type { Lock } from '../../model/lock.js';
import type { PolicyRule } from '../../model/policy.js';
import { canonicalHost } from '../canonical-host.js';

/** What rules are called that come of the lock. */
export const LOCK_ORIGIN = 'egress.lock.json';
/** What profiles (400) and the user's own rules (100) say comes before the lock. */
export const LOCK_PRIORITY = 500;

/**
 * What the accepted rows allow. A row of a name that is only looked up allows the look-up and no connection. The host
 * of a row is always meant as it stands: a row whose host would be read as a pattern, or is no host, allows nothing.
 */
export function lockRules(lock: Lock): PolicyRule[] {
  return lock.rows
    .filter((row) => !/[*/]/.test(row.host))
    .map((row) => ({
      origin: LOCK_ORIGIN,
      priority: LOCK_PRIORITY,
      action: 'allow',
      host: canonicalHost(row.host),
      ports: row.port === null ? [] : [{ from: row.port, to: row.port }],
      protocols: row.port === null ? null : [row.protocol],
      packages: [row.package],
      phases: [row.phase],
    }));
}
