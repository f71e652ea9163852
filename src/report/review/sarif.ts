import { type Finding, RULES, type RuleId, SEVERITIES, type Severity } from '../../model/finding.js';
import type { Review } from '../../model/review.js';
import { jsonText } from '../json-text.js';
import { plainText } from '../plain-text.js';
import { anchorOf, cutMessage, fingerprintOf, graveFindings } from './anchor.js';
import { encoded } from './people.js';
import { RULE_TEXTS } from './rule-texts.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Results that GitHub's code scanning takes of one run. */
const RESULTS = 25_000;
/** What code scanning sorts by: above 9.0 is critical, from 7.0 high, from 4.0 medium, above 0 low. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.0',
};

/**
 * SARIF 2.1.0 for code scanning: each finding at the line of the package lock that brought its package. What only
 * informs is left out, since code scanning makes an alert of whatever it is given.
 */
export function sarif(review: Review): string {
  const found = [...graveFindings(review)];
  const kept = found.slice(0, RESULTS);
  const rules = rulesOf(kept.map(({ reviewed }) => reviewed.finding));
  const results = kept.map(({ run, reviewed }) => {
    const { finding, origin } = reviewed;
    const { path, line } = anchorOf(review, run, reviewed);
    return {
      ruleId: finding.rule,
      ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
      level: levelOf(finding.severity),
      message: { text: messageText(`${finding.message}; ${finding.help}`) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
            region: { startLine: line },
          },
        },
      ],
      partialFingerprints: { primaryLocationLineHash: `${fingerprintOf(run, reviewed)}:1` },
      properties: {
        severity: finding.severity,
        phase: run.record.run.phase,
        destination: finding.destination,
        package: finding.package,
        ...(origin === null ? {} : { origin: origin.kind, why: origin.why }),
      },
    };
  });
  const isWhole = review.runs.every(({ record }) => record.capture.verdict === 'complete');
  return jsonText({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'egresslock', semanticVersion: review.version, rules } },
        automationDetails: { id: 'egresslock/' },
        invocations: [
          {
            executionSuccessful: isWhole,
            toolExecutionNotifications: notifications(found.length - kept.length, isWhole),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  });
}

function rulesOf(findings: readonly Finding[]) {
  const worst = new Map<RuleId, Severity>();
  for (const { rule, severity } of findings) {
    const known = worst.get(rule) ?? 'info';
    worst.set(rule, SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(known) ? severity : known);
  }
  return RULES.filter((rule) => worst.has(rule)).map((rule) => {
    const severity = worst.get(rule) ?? 'info';
    const { short, help } = RULE_TEXTS[rule];
    return {
      id: rule,
      name: rule.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()),
      shortDescription: { text: short },
      fullDescription: { text: `${short} ${help}` },
      help: { text: help, markdown: help },
      defaultConfiguration: { level: levelOf(severity) },
      properties: { tags: ['security', 'supply-chain'], 'security-severity': SCORES[severity] },
    };
  });
}

function notifications(cut: number, isWhole: boolean) {
  return [
    ...(cut === 0
      ? []
      : [
          {
            level: 'warning',
            message: { text: `${cut} more results were left out: at most ${RESULTS} are taken.` },
          },
        ]),
    ...(isWhole ? [] : [{ level: 'error', message: { text: 'The capture of a run is not complete.' } }]),
  ];
}

function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'error';
    case 'medium':
    case 'low':
      return 'warning';
    case 'info':
      return 'note';
  }
}

/** Without a placeholder (SARIF 2.1.0 §3.11.5) and without an embedded link (§3.11.6), whatever names are in it. */
function messageText(text: string): string {
  return cutMessage(plainText(text))
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}

/** A relative reference (RFC 3986 §4.2). */
function uriOf(path: string): string {
  return path.split('/').map(encoded).join('/');
}
