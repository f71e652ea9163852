import { compareBy } from '../model/compare.js';
import { type Finding, RULES, SEVERITIES, type Severity } from '../model/finding.js';
import { type Paint, paintFor } from './colour.js';
import { plainText } from './plain-text.js';
import { keepStart, NARROWEST, padEnd, wrap } from './width.js';

export interface FindingsOptions {
  readonly colour: boolean;
  /** Cells of a line; without it no line is wrapped. */
  readonly width?: number;
}

/** Cells of a message that are shown: it holds names that somebody hostile may have made as long as they like. */
const MESSAGE = 1000;
const LABEL = Math.max(...SEVERITIES.map((severity) => severity.length)) + 2;

/** Most severe first, then by rule, destination and package. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    compareBy(
      (finding) => -SEVERITIES.indexOf(finding.severity),
      (finding) => RULES.indexOf(finding.rule),
      (finding) => finding.destination,
      (finding) => finding.package,
      (finding) => finding.message,
    ),
  );
}

/** The findings, most severe first, each with its rule; the advice that several share stands once, below the last. */
export function findingsText(findings: readonly Finding[], options: FindingsOptions): string {
  if (findings.length === 0) return 'no findings\n';
  const paint = paintFor(options.colour);
  const cells =
    options.width === undefined ? Number.POSITIVE_INFINITY : Math.max(NARROWEST, options.width) - LABEL;
  const indent = ' '.repeat(LABEL);
  const sorted = sortedFindings(findings);
  const lines = sorted.flatMap((finding, index) => {
    const [first = '', ...rest] = wrap(
      `${keepStart(plainText(finding.message), MESSAGE)} [${finding.rule}]`,
      cells,
    );
    const label = severityPaint(finding.severity, paint)(padEnd(finding.severity, LABEL));
    const help = finding.help === sorted[index + 1]?.help ? '' : plainText(finding.help);
    return [
      label + first,
      ...rest.map((line) => indent + line),
      ...wrap(help, cells).map((line) => indent + paint.faint(line)),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function severityPaint(severity: Severity, paint: Paint): (text: string) => string {
  switch (severity) {
    case 'critical':
    case 'high':
      return paint.bad;
    case 'medium':
    case 'low':
      return paint.warning;
    case 'info':
      return paint.faint;
  }
}
