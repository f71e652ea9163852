import { compareBy } from '../model/compare.js';
import type { CaptureVerdict } from '../model/run.js';
import { paintFor } from './colour.js';
import { type FindingsOptions, findingsText } from './findings.js';
import { chainText, commandText, packageText, placeText } from './labels.js';
import { asciiText, plainText } from './plain-text.js';
import { bytesText, countText, durationText } from './quantity.js';
import type { ReportAttribution, ReportDestination, ReportV1 } from './report-v1.js';
import { requestLines } from './request-lines.js';
import { keepStart, NARROWEST } from './width.js';

/** Cells of a line where nothing says how many there are. */
const DEFAULT_WIDTH = 100;

/** One package, fetched, installed and loaded, each in a sinkhole of its own. */
export interface Detonation {
  /** `name@version` as it was asked for. */
  readonly package: string;
  /** In the order in which they ran; what came after one that failed is not there. */
  readonly phases: readonly { readonly phase: string; readonly report: ReportV1 }[];
}

/** What `detonate --json` writes. */
export interface DetonationReport extends Detonation {
  readonly schemaVersion: 1;
  readonly verdict: CaptureVerdict;
  /** Whether anything but the package manager's own way to its registry was tried. */
  readonly tried: boolean;
}

export function detonationReport(detonation: Detonation): DetonationReport {
  const { phases } = detonation;
  const isComplete = phases.every(({ report }) => report.capture.verdict === 'complete');
  return {
    schemaVersion: 1,
    package: detonation.package,
    verdict: isComplete ? 'complete' : 'partial',
    tried: phases.some(({ report }) => triedIn(report).length > 0 || report.denied.length > 0),
    phases: phases.map(({ phase, report }) => ({ phase, report })),
  };
}

/** What a person reads of it: by phase and package, what would have been reached, asked, and refused. */
export function detonationText(detonation: Detonation, options: FindingsOptions): string {
  const width = Math.max(NARROWEST, options.width ?? DEFAULT_WIDTH);
  const paint = paintFor(options.colour);
  const { tried, verdict } = detonationReport(detonation);
  const outcome = tried ? 'this was tried, and answered here' : 'nothing was tried';
  const lines = [
    paint.strong(`egresslock: ${plainText(detonation.package)}: ${outcome}`),
    ...detonation.phases.flatMap(({ phase, report }) => ['', ...phaseLines(phase, report, width)]),
    '',
    verdict === 'complete'
      ? paint.good('capture complete')
      : paint.bad('capture partial: something may have been tried that is not here'),
    ...detonation.phases
      .flatMap(({ report }) => report.capture.reasons)
      .map(({ code, message }) => paint.bad(`  ${plainText(message)} [${code}]`)),
  ];
  const findings = detonation.phases.flatMap(({ report }) => report.findings);
  const told = findings.length === 0 ? '' : `\n${findingsText(findings, options)}`;
  return `${lines.join('\n')}\n${told}`;
}

function phaseLines(phase: string, report: ReportV1, width: number): string[] {
  const { exitCode, durationMs } = report.run;
  const end = exitCode === null ? 'was killed' : `exit ${exitCode}`;
  const tried = triedIn(report);
  const denied = report.denied.map(({ what, address, attempts }) => {
    const to = address === null ? '' : ` to ${asciiText(address)}`;
    return `  denied: ${plainText(what)}${to}${attempts === 1 ? '' : `, ${attempts} times`}`;
  });
  const requests = requestLines(report.requests ?? [], width - 4);
  const body = [
    ...byWho(tried).flatMap(([who, rows]) => [
      `  ${who}`,
      ...rows.map((row) => `    ${destinationText(row)}`),
    ]),
    ...(requests.length === 0 ? [] : ['  requests', ...requests.map((line) => `    ${line}`)]),
    ...denied,
  ];
  const head = `${phase} (${end}, ${durationText(durationMs)})`;
  return [head, ...(body.length === 0 ? ['  nothing was tried'] : body)].map((line) =>
    keepStart(line, width),
  );
}

/** Destinations that were not let out. */
function triedIn(report: ReportV1): readonly ReportDestination[] {
  return report.destinations.filter(({ verdict }) => verdict !== 'allowed');
}

/** Destinations by whoever tried them, sorted. */
function byWho(destinations: readonly ReportDestination[]): [string, ReportDestination[]][] {
  const groups = new Map<string, ReportDestination[]>();
  for (const destination of destinations) {
    const names = destination.attributions.map(whoText);
    for (const who of new Set(names.length === 0 ? ['not attributed'] : names)) {
      groups.set(who, [...(groups.get(who) ?? []), destination]);
    }
  }
  return [...groups].sort(compareBy(([who]) => who));
}

function whoText({ package: identity, lifecycle, manager, actor, why }: ReportAttribution): string {
  if (identity !== null) {
    const script = lifecycle === null ? '' : ` (${plainText(lifecycle)})`;
    const chain = why[0] ?? [];
    return `${packageText(identity)}${script}${chain.length < 2 ? '' : `, through ${chainText(chain)}`}`;
  }
  if (manager !== null) return `${plainText(manager)} (package manager)`;
  return actor === null ? 'not attributed' : `process ${commandText(actor.argv)}`;
}

function destinationText(to: ReportDestination): string {
  const failures = to.failures.map(asciiText).join(' ');
  const what =
    to.port === null
      ? 'only looked up'
      : `${to.protocol}${to.transport === 'tcp' ? '' : `/${to.transport}`}  ${countText(to.connections, 'flow')}, ${bytesText(to.bytesSent)} out`;
  return [placeText(to), what, ...(failures === '' ? [] : [failures])].join('  ');
}
