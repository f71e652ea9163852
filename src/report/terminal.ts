import type { Finding } from '../model/finding.js';
import type { RunRecord } from '../model/record.js';
import { type Paint, paintFor } from './colour.js';
import { destinationLines } from './destination-lines.js';
import { findingsText, sortedFindings } from './findings.js';
import { groupByPackage } from './groups.js';
import { commandText } from './labels.js';
import { nextStep } from './next-step.js';
import { asciiText, plainText } from './plain-text.js';
import { bytesText, countText, durationText } from './quantity.js';
import { requestLines } from './request-lines.js';
import { keepStart, NARROWEST, wrap } from './width.js';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Cells of a line; at least 40 are used. */
  readonly width: number;
  /** Whether the run was held against a lock. */
  readonly lockPresent: boolean;
}

/** Findings, and denied attempts and survivors, that are shown; the rest is counted. */
const FINDINGS = 20;
const NAMES = 5;
const INDENT = '  ';

/** The summary after a run that a person reads in five seconds: from top to bottom what, who, how sure, what now. */
export function terminalReport(record: RunRecord, options: TerminalOptions): string {
  const width = Math.max(NARROWEST, Math.floor(options.width) || 0);
  const paint = paintFor(options.colour);
  const groups = groupByPackage(record, options.lockPresent);
  const fresh = new Set(
    groups.flatMap(({ rows }) => rows.flatMap((row) => (row.isNew ? [row.destination] : []))),
  );
  const sections = [
    headLines(record, fresh.size, options.lockPresent, width, paint),
    destinationLines(groups, width, paint),
    captureLines(record, width, paint),
    sunkRequests(record, width, paint),
    findingLines(record.findings, options, width),
    wrapWith('next: ', nextStep(record, options.lockPresent), width).map(paint.strong),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines(
  record: RunRecord,
  fresh: number,
  lockPresent: boolean,
  width: number,
  paint: Paint,
): string[] {
  const { run, destinations } = record;
  const end = run.exitCode === null ? 'was killed' : `exit ${run.exitCode}`;
  const mode = run.mode === 'observe' ? '' : `${run.mode}, `;
  const tail = ` (${plainText(run.phase)}, ${mode}${end}, ${durationText(run.durationMs)})`;
  const title = keepStart(
    `egresslock: ${commandText(run.command)}`,
    Math.max(NARROWEST / 2, width - tail.length),
  );
  const sum = (key: 'bytesSent' | 'bytesReceived') => destinations.reduce((total, to) => total + to[key], 0);
  const news = lockPresent ? `${fresh} new` : 'no lock to compare with';
  const totals = `${countText(destinations.length, 'destination')} (${news}), ${bytesText(sum('bytesSent'))} sent, ${bytesText(sum('bytesReceived'))} received`;
  const paintTotals = fresh > 0 ? paint.bad : (text: string) => text;
  return [
    ...wrap(title + tail, width).map(paint.strong),
    ...wrap(destinations.length === 0 ? 'nothing reached out' : totals, width).map(paintTotals),
  ];
}

function captureLines({ capture, events }: RunRecord, width: number, paint: Paint): string[] {
  const { counts } = capture;
  const complete = capture.verdict === 'complete';
  const figures = [
    countText(counts.dnsQueries, 'query', 'queries'),
    countText(counts.connections, 'connection'),
    ...(counts.datagramFlows === 0 ? [] : [countText(counts.datagramFlows, 'datagram flow')]),
    ...(counts.denied === 0 ? [] : [`${countText(counts.denied, 'attempt')} denied`]),
    ...(counts.unattributed === 0 ? [] : [`${counts.unattributed} not attributed`]),
  ].join(', ');
  const denied = events.flatMap((event) => (event.kind === 'denied' ? [deniedText(event)] : []));
  return [
    ...wrap(`capture ${capture.verdict}: ${figures}`, width).map(complete ? paint.good : paint.bad),
    ...capture.reasons.flatMap((reason) =>
      wrapWith(INDENT, `${plainText(reason.message)} [${reason.code}]`, width).map(
        complete ? paint.faint : paint.bad,
      ),
    ),
    ...named('denied', denied, width),
    ...named('still ran at the end, and was killed', capture.survivors.map(plainText), width).map(
      paint.warning,
    ),
  ];
}

function sunkRequests({ events }: RunRecord, width: number, paint: Paint): string[] {
  const requests = events.filter((event) => event.kind === 'request');
  if (requests.length === 0) return [];
  const head = `${countText(requests.length, 'request')} answered here`;
  return [paint.strong(head), ...requestLines(requests, width - INDENT.length).map((line) => INDENT + line)];
}

function deniedText(event: { what: string; address: string | null; port: number | null }): string {
  const port = event.port === null ? '' : ` port ${event.port}`;
  return `${plainText(event.what)}${event.address === null ? '' : ` to ${asciiText(event.address)}${port}`}`;
}

/** One line for each distinct text, cut to the width, and the number of the others. */
function named(label: string, texts: readonly string[], width: number): string[] {
  const distinct = [...new Set(texts)].sort();
  const lines = distinct.slice(0, NAMES).map((text) => keepStart(`${INDENT}${label}: ${text}`, width));
  const more = distinct.length - lines.length;
  return more === 0 ? lines : [...lines, `${INDENT}and ${more} more`];
}

/** Without what the other sections say already; stale rows of the lock are one line. */
function findingLines(findings: readonly Finding[], options: TerminalOptions, width: number): string[] {
  const stale = findings.filter((finding) => finding.rule === 'stale-entry');
  const others = sortedFindings(
    findings.filter((finding) => finding.rule !== 'stale-entry' && finding.rule !== 'capture-incomplete'),
  );
  const shown = [...others.slice(0, FINDINGS), ...(stale.length > 3 ? [staleSummary(stale)] : stale)];
  if (shown.length === 0) return [];
  const more = others.length - FINDINGS;
  return [
    findingsText(shown, { colour: options.colour, width }).trimEnd(),
    ...(more > 0 ? [`and ${countText(more, 'more finding')}`] : []),
  ];
}

function staleSummary(stale: readonly Finding[]): Finding {
  return {
    rule: 'stale-entry',
    severity: 'info',
    destination: null,
    package: null,
    message: `${stale.length} rows of the lock were not seen`,
    help: stale[0]?.help ?? '',
  };
}

function wrapWith(prefix: string, text: string, width: number): string[] {
  return wrap(text, width - prefix.length).map(
    (line, index) => (index === 0 ? prefix : ' '.repeat(prefix.length)) + line,
  );
}
