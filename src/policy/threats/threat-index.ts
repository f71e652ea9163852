import type { Policy } from '../../model/policy.js';
import type { ThreatIndex } from '../detectors/context.js';

/**
 * Looks hosts up in the threat lists that are in force. A rule of the user's own that comes before a list takes a host
 * out of it; what the lock has accepted stays in, since a host may turn bad.
 * @param policy The whole one
 * @param threats Origins of rules that are threat lists
 */
export function createThreatIndex(policy: Policy, threats: ReadonlySet<string>): ThreatIndex {
  return {
    lookup: (host) => {
      const question = { phase: '', speaker: { kind: 'any' as const }, host, port: null, protocol: null };
      const { rule } = policy.decide(question);
      return rule !== null && threats.has(rule.origin) ? { origin: rule.origin, note: null } : null;
    },
  };
}
