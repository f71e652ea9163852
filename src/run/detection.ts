import type { DetectionContext } from '../policy/detectors/context.js';
import { createOwnRules } from '../policy/own-rules.js';
import { createPolicy } from '../policy/rules/create-policy.js';
import { createThreatIndex } from '../policy/threats/threat-index.js';
import type { LoadedPolicy } from './policy/load-policy.js';
import type { ProfileTexts } from './profile-texts.js';
import { knownPlacesOf } from './profiles.js';

/** What detectors are to know of places and of the policy; of the latter nothing where there is none but the lock. */
export function detectionContext(policy: LoadedPolicy | null, texts: ProfileTexts): DetectionContext {
  const places = knownPlacesOf(texts);
  if (policy === null) return { places };
  const whole = createPolicy(policy.rules);
  return {
    places,
    own: createOwnRules(whole),
    budgets: policy.enforcement.budgets,
    rules: policy.rules,
    severities: Object.fromEntries(policy.severities),
    ...(policy.threats.size === 0 ? {} : { threats: createThreatIndex(whole, policy.threats) }),
  };
}
