import type { DetectionContext } from '../policy/detectors/context.js';
import { createThreatIndex } from '../policy/threats/threat-index.js';
import type { LoadedPolicy } from './policy/load-policy.js';
import type { ProfileTexts } from './profile-texts.js';
import { knownPlacesOf } from './profiles.js';

/** What detectors are to know of places and of the policy; of the latter nothing where there is none but the lock. */
export function detectionContext(policy: LoadedPolicy | null, texts: ProfileTexts): DetectionContext {
  const places = knownPlacesOf(texts);
  if (policy === null) return { places };
  return {
    places,
    rules: policy.rules,
    severities: Object.fromEntries(policy.severities),
    ...(policy.threats.size === 0 ? {} : { threats: createThreatIndex(policy.rules, policy.threats) }),
  };
}
