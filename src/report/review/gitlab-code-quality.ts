import type { Severity } from '../../model/finding.js';
import type { Review } from '../../model/review.js';
import { jsonText } from '../json-text.js';
import { plainText } from '../plain-text.js';
import { anchorOf, cutMessage, fingerprintOf, graveFindings } from './anchor.js';

/** GitLab's words for ours. */
const SEVERITY: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};

/** GitLab's code quality report; of equal fingerprints GitLab would show the first, so each stands there once. */
export function gitlabCodeQuality(review: Review): string {
  const entries = new Map<string, object>();
  for (const { run, reviewed } of graveFindings(review)) {
    const { finding } = reviewed;
    const { path, line } = anchorOf(review, run, reviewed);
    const fingerprint = fingerprintOf(run, reviewed);
    if (entries.has(fingerprint)) continue;
    entries.set(fingerprint, {
      description: cutMessage(plainText(finding.message)),
      check_name: finding.rule,
      fingerprint,
      severity: SEVERITY[finding.severity],
      location: { path, lines: { begin: line } },
    });
  }
  return jsonText([...entries.values()]);
}
