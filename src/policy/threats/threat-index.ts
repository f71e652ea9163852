import type { PolicyRule } from '../../model/policy.js';
import type { ThreatIndex } from '../detectors/context.js';
import { createPolicy } from '../rules/create-policy.js';

/**
 * Looks hosts up in the threat lists that are in force. A rule of the user's own that comes before a list takes a host
 * out of it; what the lock has accepted stays in, since a host may turn bad.
 * @param threats Origins of rules that are threat lists
 */
export function createThreatIndex(rules: readonly PolicyRule[], threats: ReadonlySet<string>): ThreatIndex {
  const policy = createPolicy(rules);
  return {
    lookup: (host) => {
      const question = { phase: '', speaker: { kind: 'any' as const }, host, port: null, protocol: null };
      const { rule } = policy.decide(question);
      return rule !== null && threats.has(rule.origin) ? { origin: rule.origin, note: null } : null;
    },
  };
}
