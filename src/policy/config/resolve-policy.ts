import type { RuleId, Severity } from '../../model/finding.js';
import type { Lock } from '../../model/lock.js';
import type { Enforcement, PolicyRule } from '../../model/policy.js';
import type { Mode } from '../../model/run.js';
import { DEFAULT_ENFORCEMENT } from '../enforcement.js';
import { lockRules } from '../rules/lock-rules.js';
import type { Config } from './config.js';

/** All that a run goes by. */
export interface ResolvedPolicy {
  readonly rules: readonly PolicyRule[];
  readonly enforcement: Enforcement;
  /** The mode that the configuration wants for a phase; null where it names none. */
  modeOf(phase: string): Mode | null;
  /** Null where the configuration names none. */
  readonly failOn: Severity | null;
  /** Severities that the configuration gives to findings, in place of their own. */
  readonly severities: ReadonlyMap<RuleId, Severity>;
}

/**
 * Puts configurations, the lock and further rules (threat lists, countries) together. Rules and budgets of all of them
 * count; where one value counts, it is the first configuration's that has one.
 * @param configs In the order of `extendConfig`
 */
export function resolvePolicy(
  configs: readonly Config[],
  lock: Lock | null,
  further: readonly PolicyRule[] = [],
): ResolvedPolicy {
  const first = <T>(pick: (config: Config) => T | null): T | null =>
    configs.map(pick).find((value) => value !== null) ?? null;
  return {
    rules: [...configs.flatMap(({ rules }) => rules), ...further, ...(lock === null ? [] : lockRules(lock))],
    enforcement: {
      dnsAnswer: first(({ dnsAnswer }) => dnsAnswer) ?? DEFAULT_ENFORCEMENT.dnsAnswer,
      cname: first(({ cname }) => cname) ?? DEFAULT_ENFORCEMENT.cname,
      encryptedHello: first(({ encryptedHello }) => encryptedHello) ?? DEFAULT_ENFORCEMENT.encryptedHello,
      privateAddresses:
        first(({ privateAddresses }) => privateAddresses) ?? DEFAULT_ENFORCEMENT.privateAddresses,
      budgets: configs.flatMap(({ budgets }) => budgets),
    },
    modeOf: (phase) => first(({ mode }) => mode.phases.get(phase) ?? mode.default),
    failOn: first(({ failOn }) => failOn),
    severities: new Map(configs.toReversed().flatMap(({ severities }) => [...severities])),
  };
}
