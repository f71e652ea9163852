import { type Finding, SEVERITIES, type Severity } from '../model/finding.js';

/** Findings that are at or above a level: the alerts. */
export function atOrAbove(findings: readonly Finding[], level: Severity): Finding[] {
  return findings.filter((finding) => SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(level));
}
