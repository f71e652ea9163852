import type { Finding } from '../../model/finding.js';
import type { Review, ReviewedRun } from '../../model/review.js';
import { placeText } from '../labels.js';
import { asciiText, plainText } from '../plain-text.js';
import { cutMessage } from './anchor.js';

/** A case of a suite, as XML. */
interface Case {
  readonly xml: string;
  readonly outcome: 'passed' | 'failed' | 'error';
}

/**
 * JUnit's XML: a suite for each run; a case for each destination, for each rule that found something else, and for the
 * capture. What is at or above the level that fails is a failure, an incomplete capture an error, the rest is output.
 */
export function junit(review: Review): string {
  const suites = review.runs.map(suiteOf);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function suiteOf(reviewed: ReviewedRun): string {
  const { run } = reviewed.record;
  const cases = casesOf(reviewed);
  const count = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  const attributes = attributesText({
    name: `egresslock ${run.phase}`,
    tests: cases.length,
    failures: count('failed'),
    errors: count('error'),
    skipped: 0,
    // Without a zone, as the schema has it; UTC.
    timestamp: run.startedAt.slice(0, 19),
    time: seconds(run.durationMs ?? 0),
    hostname: 'localhost',
  });
  return `  <testsuite ${attributes}>\n${cases.map(({ xml }) => xml).join('')}  </testsuite>\n`;
}

function casesOf({ record, findings }: ReviewedRun): Case[] {
  const className = `egresslock.${record.run.phase}`;
  const places = [
    ...new Set(
      record.destinations.map((to) => `${placeText(to)}${to.port === null ? '' : `/${to.protocol}`}`),
    ),
  ];
  const byPlace = new Map(places.map((place): [string, ReviewedRun['findings'][number][]] => [place, []]));
  const byRule = new Map<string, ReviewedRun['findings'][number][]>();
  for (const one of findings) {
    if (one.finding.rule === 'capture-incomplete') continue;
    const own = byPlace.get(asciiText(one.finding.destination ?? ''));
    if (own !== undefined) own.push(one);
    else byRule.set(one.finding.rule, [...(byRule.get(one.finding.rule) ?? []), one]);
  }
  return [
    captureCase(record, className),
    ...[...byPlace, ...byRule].map(([name, own]) => findingCase(name, className, own)),
  ];
}

function captureCase({ capture }: ReviewedRun['record'], className: string): Case {
  const reasons = capture.reasons.map(({ message }) => message).join('\n');
  return capture.verdict === 'complete'
    ? caseOf('capture', className, '', 'passed')
    : caseOf(
        'capture',
        className,
        element('error', `capture ${capture.verdict}`, 'capture-incomplete', reasons),
        'error',
      );
}

function findingCase(name: string, className: string, findings: ReviewedRun['findings']): Case {
  const alerts = findings.filter(({ isAlert }) => isAlert).map(({ finding }) => finding);
  const others = findings.filter(({ isAlert }) => !isAlert).map(({ finding }) => finding);
  const [first] = alerts;
  const text = (list: readonly Finding[]): string =>
    list
      .map(
        ({ severity, rule, message, help }) =>
          `${severity} ${rule}: ${lineText(message)}\n  ${lineText(help)}`,
      )
      .join('\n');
  const failure = first === undefined ? '' : element('failure', first.message, first.rule, text(alerts));
  const output = others.length === 0 ? '' : `      <system-out>${escaped(text(others))}</system-out>\n`;
  return caseOf(name, className, failure + output, first === undefined ? 'passed' : 'failed');
}

function caseOf(name: string, className: string, content: string, outcome: Case['outcome']): Case {
  const attributes = attributesText({ name, classname: className, time: seconds(0) });
  const xml =
    content === ''
      ? `    <testcase ${attributes}/>\n`
      : `    <testcase ${attributes}>\n${content}    </testcase>\n`;
  return { xml, outcome };
}

function element(tag: 'failure' | 'error', message: string, type: string, text: string): string {
  return `      <${tag} ${attributesText({ message, type })}>${escaped(text)}</${tag}>\n`;
}

function attributesText(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${escaped(lineText(String(value)))}"`)
    .join(' ');
}

function lineText(text: string): string {
  return cutMessage(plainText(text));
}

/**
 * Markup escaped, and of the characters only those that XML 1.0 §2.2 has; line ends of ours stay. Non-characters are
 * no controls to Unicode, and none to `plainText`.
 */
function escaped(text: string): string {
  return text
    .replace(
      /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
      (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
