import type { RuleId, Severity } from '../../model/finding.js';

/** How grave, or how sure, a sighting is within its rule. */
export const GRADES = ['low', 'medium', 'high'] as const;
export type Grade = (typeof GRADES)[number];

type ByGrade = Readonly<Record<Grade, Severity>>;

interface Levels {
  /** Where the project has a lock: what is raised is not in it. */
  readonly locked: ByGrade;
  /** Where it has none. All that it does is new then, so what honest traffic may do too is never above medium. */
  readonly unlocked: ByGrade;
}

/** The same for each grade. */
const flat = (locked: Severity, unlocked: Severity): Levels => ({
  locked: { low: locked, medium: locked, high: locked },
  unlocked: { low: unlocked, medium: unlocked, high: unlocked },
});

const graded = (
  locked: readonly [Severity, Severity, Severity],
  unlocked: readonly [Severity, Severity, Severity],
): Levels => ({
  locked: { low: locked[0], medium: locked[1], high: locked[2] },
  unlocked: { low: unlocked[0], medium: unlocked[1], high: unlocked[2] },
});

/** The default severity of each rule. `high` fails a run unless the user says otherwise. */
export const DEFAULT_SEVERITIES: Readonly<Record<RuleId, Levels>> = {
  'threat-list': flat('critical', 'critical'),
  // SDKs of clouds ask there for credentials in honest test suites too: without a lock nobody has said so yet.
  'metadata-address': flat('critical', 'high'),
  // Grade: the confidence.
  'dns-tunnel': graded(['medium', 'high', 'critical'], ['low', 'medium', 'high']),
  dga: graded(['medium', 'high', 'critical'], ['low', 'medium', 'high']),
  'own-resolver': flat('high', 'medium'),
  // High: LDAP, RMI and mining, which no build needs. Medium: one protocol on the port of another. Low: in clear text.
  'protocol-port-mismatch': graded(['high', 'high', 'critical'], ['medium', 'medium', 'critical']),
  // High: homoglyphs and borrowed names, which are made on purpose. Medium: one letter of difference.
  lookalike: graded(['high', 'high', 'critical'], ['medium', 'medium', 'high']),
  'private-address': flat('high', 'medium'),
  // Low: a Host header for an address that no name was asked for.
  'sni-mismatch': graded(['medium', 'high', 'high'], ['low', 'medium', 'medium']),
  'dns-over-tls': flat('high', 'medium'),
  'dns-over-https': flat('high', 'medium'),
  // High: the name outside of it was never asked for.
  'encrypted-hello': graded(['medium', 'medium', 'high'], ['low', 'low', 'medium']),
  'budget-exceeded': flat('high', 'high'),
  'volume-spike': flat('high', 'medium'),
  beacon: flat('high', 'medium'),
  'risky-tld': flat('medium', 'low'),
  blocked: flat('high', 'high'),
  'alert-rule': flat('high', 'high'),
  'new-destination': flat('high', 'medium'),
  'new-package-for-destination': flat('high', 'medium'),
  'allowed-host-new-package': flat('high', 'medium'),
  'direct-address': flat('high', 'medium'),
  'first-egress-of-package': flat('high', 'medium'),
  'identity-contradiction': flat('high', 'high'),
  'capture-incomplete': flat('high', 'high'),
  // High: somebody meddled with it. Medium: a process without it. Low: records were lost.
  'hook-lost': graded(['low', 'medium', 'high'], ['low', 'medium', 'high']),
  'forged-frame': flat('high', 'high'),
  'stale-entry': flat('info', 'info'),
};

/** The user's own word for the rule, else its default. */
export function severityOf(
  rule: RuleId,
  grade: Grade,
  hasLock: boolean,
  overrides: Readonly<Partial<Record<RuleId, Severity>>> = {},
): Severity {
  return overrides[rule] ?? DEFAULT_SEVERITIES[rule][hasLock ? 'locked' : 'unlocked'][grade];
}
