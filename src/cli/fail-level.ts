import type { Severity } from '../model/finding.js';
import type { LoadedPolicy } from '../run/policy/load-policy.js';

/** Where neither the command line nor the configuration says it. */
const FAIL_ON: Severity = 'high';

/** Findings at or above it fail a run. */
export function failLevel(flag: Severity | undefined, policy: LoadedPolicy | null): Severity {
  return flag ?? policy?.failOn ?? FAIL_ON;
}
