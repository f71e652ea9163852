export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule says about a run. */
export interface Finding {
  readonly rule: RuleId;
  /** The highest among `rule` and `also`. */
  readonly severity: Severity;
  /**
   * `host:port/protocol`; `host` for a name only looked up; `*.domain` for names at and below a domain. Null where the
   * finding is about several destinations of a package, or, with no package either, about the run.
   */
  readonly destination: string | null;
  /** `name@version`, or the lock's word for a package manager or a process; null where it is about the run. */
  readonly package: string | null;
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** Other rules that the same cause has raised, in the order of `RULES`; absent where there are none. */
  readonly also?: readonly RuleId[];
}

/** The most telling first: among equals of one cause the earlier is the finding, and the later are its `also`. */
export const RULES = [
  'threat-list',
  'metadata-address',
  'dns-tunnel',
  'dga',
  'own-resolver',
  'protocol-port-mismatch',
  'lookalike',
  'private-address',
  'sni-mismatch',
  'dns-over-tls',
  'dns-over-https',
  'encrypted-hello',
  'budget-exceeded',
  'volume-spike',
  'beacon',
  'risky-tld',
  'blocked',
  'alert-rule',
  'new-destination',
  'new-package-for-destination',
  'allowed-host-new-package',
  'direct-address',
  'first-egress-of-package',
  'identity-contradiction',
  'capture-incomplete',
  'hook-lost',
  'forged-frame',
  'stale-entry',
] as const;
export type RuleId = (typeof RULES)[number];
