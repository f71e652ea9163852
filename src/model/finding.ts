export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule says about a run. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** `host:port/protocol`, `host` for a name only looked up, null where the finding is about the run. */
  readonly destination: string | null;
  /** `name@version`, or the lock's word for a package manager or a process; null where it is about the run. */
  readonly package: string | null;
  readonly message: string;
  /** What to do. */
  readonly help: string;
}

export const RULES = [
  'blocked',
  'alert-rule',
  'budget-exceeded',
  'threat-list',
  'metadata-address',
  'dns-tunnel',
  'dga',
  'lookalike',
  'protocol-port-mismatch',
  'sni-mismatch',
  'encrypted-hello',
  'dns-over-https',
  'dns-over-tls',
  'risky-tld',
  'private-address',
  'first-egress-of-package',
  'allowed-host-new-package',
  'volume-spike',
  'beacon',
  'new-destination',
  'new-package-for-destination',
  'direct-address',
  'own-resolver',
  'identity-contradiction',
  'capture-incomplete',
  'hook-lost',
  'forged-frame',
  'stale-entry',
] as const;
export type RuleId = (typeof RULES)[number];
