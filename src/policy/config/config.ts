import type { RuleId, Severity } from '../../model/finding.js';
import type { Budget, DnsAnswer, PolicyRule } from '../../model/policy.js';
import type { Mode } from '../../model/run.js';

/** The name of a project's configuration, and of the policy in a package. */
export const CONFIG_FILE = 'egresslock.config.yaml';

/** A policy that another one builds upon. */
export type Extension =
  /** A reviewed list that comes with egresslock, such as `npm` or `threats/tunnels`. */
  | { readonly kind: 'profile'; readonly name: string }
  /** Path from the folder of the file that names it. */
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'package';
      readonly name: string;
      /** Exact. */
      readonly version: string;
      /** Subresource Integrity of the package's archive: `sha512-` and base64. */
      readonly integrity: string;
    };

/** Addresses by country, from a database that the user brings. */
export interface CountryBlock {
  /** Path of a MaxMind DB file, from the folder of the configuration. */
  readonly database: string;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly block: readonly string[];
}

/** What one configuration says; null where it says nothing. */
export interface Config {
  readonly mode: { readonly default: Mode | null; readonly phases: ReadonlyMap<string, Mode> };
  readonly extends: readonly Extension[];
  readonly rules: readonly PolicyRule[];
  readonly failOn: Severity | null;
  readonly dnsAnswer: DnsAnswer | null;
  readonly cname: 'inspect' | 'trust' | null;
  readonly encryptedHello: 'block' | 'allow' | null;
  readonly privateAddresses: 'block' | 'allow' | null;
  readonly budgets: readonly Budget[];
  readonly severities: ReadonlyMap<RuleId, Severity>;
  /** Paths from the folder of the configuration. */
  readonly threatLists: readonly string[];
  readonly countries: CountryBlock | null;
}

/** What a configuration without any key says. */
export const EMPTY_CONFIG: Config = {
  mode: { default: null, phases: new Map() },
  extends: [],
  rules: [],
  failOn: null,
  dnsAnswer: null,
  cname: null,
  encryptedHello: null,
  privateAddresses: null,
  budgets: [],
  severities: new Map(),
  threatLists: [],
  countries: null,
};
