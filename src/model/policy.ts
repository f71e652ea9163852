import type { Protocol } from './transport.js';

export const ACTIONS = ['allow', 'alert', 'block'] as const;
/** What a rule does with what it matches; `alert` lets it pass and is a finding. */
export type Action = (typeof ACTIONS)[number];

/** Both ends count; 0 to 65535. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** One rule of the policy, wherever it was written. A field that is null asks nothing. */
export interface PolicyRule {
  /** Where it was written, for a person: `egress.lock.json`, `profile npm`, `egresslock.config.yaml, rule 3`. */
  readonly origin: string;
  /** 0 to 1,000,000; the lowest that matches decides. Among equals block comes before alert, alert before allow. */
  readonly priority: number;
  readonly action: Action;
  /** Canonical host, `*.x` for all names below x (not x itself), an address, a range in CIDR form, or `*` for all. */
  readonly host: string;
  /** Empty: only look-ups, no connection. A rule for ports is one for the look-up before the connection, too. */
  readonly ports: readonly PortRange[] | null;
  readonly protocols: readonly Protocol[] | null;
  /** The lock's words for packages, package managers and processes (see `LockRow.package`). */
  readonly packages: readonly string[] | null;
  readonly phases: readonly string[] | null;
}

/**
 * For whom a process may speak, in the lock's words. `any`: a process in which code of any package may run, since what
 * it says of the package inside is a claim. `doubtful`: a process whose package can't be told; rules that let certain
 * packages pass don't, and those that block any may mean it. `unknown`: no process could be tied to it, so nothing lets
 * it pass.
 */
export type Speaker =
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'any' | 'doubtful' | 'unknown' };

/** What the policy is asked. */
export interface Question {
  readonly phase: string;
  readonly speaker: Speaker;
  /** Name or address in any spelling; what is neither is matched by block rules for all hosts alone. */
  readonly host: string;
  /** Null for a look-up, of which no port is known yet. */
  readonly port: number | null;
  /** Null while no byte has been seen; not looked at for a look-up, of which no protocol is known yet either. */
  readonly protocol: Protocol | null;
}

/**
 * What is not known yet (port, protocol) may still turn out to match: an allow or alert rule that may match allows for
 * the moment, a block rule that may match blocks only once it does. So a question is asked again with each thing learned.
 */
export interface Decision {
  /** `none`: no rule matches, which in enforce mode means no. `allow` for an alert rule that only may match. */
  readonly action: Action | 'none';
  readonly rule: PolicyRule | null;
}

/** The one implementation of "is this allowed", for run, check and export. */
export interface Policy {
  decide(question: Question): Decision;
}

/** How an unlisted name is answered in enforce mode. */
export type DnsAnswer =
  | { readonly kind: 'nxdomain' | 'nodata' }
  /** Exactly one of them: an address of that family for A or AAAA, or a name as CNAME. */
  | { readonly kind: 'override'; readonly target: string };

/** Bytes that may leave, per destination host or per package (the lock's words); the lowest that matches counts. */
export interface Budget {
  readonly host: string | null;
  readonly package: string | null;
  readonly bytes: number;
}

/** What enforcement needs beside the rules. */
export interface Enforcement {
  readonly dnsAnswer: DnsAnswer;
  /** `inspect`: each link of a CNAME chain must be allowed. `trust`: the name that was asked is enough. */
  readonly cname: 'inspect' | 'trust';
  readonly budgets: readonly Budget[];
  /** Whether a TLS hello that may hide its real name (encrypted_client_hello) passes. */
  readonly encryptedHello: 'block' | 'allow';
  /** Whether an allowed name may lead to an address of a private network (RFC 1918, RFC 4193, link-local). */
  readonly privateAddresses: 'block' | 'allow';
}
