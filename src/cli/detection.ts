import type { DetectionContext } from '../policy/detectors/context.js';
import { createThreatIndex } from '../policy/threats/threat-index.js';
import type { LoadedPolicy } from '../run/policy/load-policy.js';
import { readKnownPlaces } from '../run/profiles.js';

/** What detectors are to know of places and of the policy; of the latter nothing where there is none but the lock. */
export function detectionContext(policy: LoadedPolicy | null): DetectionContext {
  const places = readKnownPlaces();
  if (policy === null) return { places };
  return {
    places,
    rules: policy.rules,
    severities: Object.fromEntries(policy.severities),
    ...(policy.threats.size === 0 ? {} : { threats: createThreatIndex(policy.rules, policy.threats) }),
  };
}
