import { compareBy } from '../../model/compare.js';
import type { Destination } from '../../model/destination.js';
import type { Finding } from '../../model/finding.js';
import type { RunRecord } from '../../model/record.js';
import type { HookOutcome } from '../../model/run.js';
import { sortedFindings } from '../findings.js';
import { groupByPackage, placesOf } from '../groups.js';
import { jsonReport } from '../json.js';
import { commandText } from '../labels.js';
import { asciiText, plainText } from '../plain-text.js';
import { countText } from '../quantity.js';
import type { ReportV1 } from '../report-v1.js';
import { requestTarget } from '../request-lines.js';
import { type AttributionPool, createAttributionPool } from './attribution-pool.js';
import type { PageData, PageDestination, PageFinding, PageRun } from './page-data.js';
import { type Sightings, sightingsOf } from './sightings.js';

type OfRun = Omit<PageData, 'runs' | 'attributions'> & { readonly run: PageRun };

/** All that the page shows of some runs, as harmless text. @param lockPresent Whether they were held against a lock */
export function pageDataOf(records: readonly RunRecord[], lockPresent: boolean): PageData {
  const pool = createAttributionPool();
  const parts: OfRun[] = [];
  let destinations = 0;
  let findings = 0;
  for (const record of records) {
    const part = partOf(record, { run: parts.length, destinations, findings, lockPresent, pool });
    destinations += part.destinations.length;
    findings += part.findings.length;
    parts.push(part);
  }
  return {
    runs: parts.map((part) => part.run),
    attributions: pool.all,
    destinations: parts.flatMap((part) => part.destinations),
    findings: parts.flatMap((part) => part.findings),
    queries: parts.flatMap((part) => part.queries),
    denied: parts.flatMap((part) => part.denied),
    requests: parts.flatMap((part) => part.requests),
    shares: parts
      .flatMap((part) => part.shares)
      .sort(
        compareBy(
          (share) => share.to,
          (share) => share.who,
        ),
      ),
  };
}

/** Where in the page's lists a run's own entries begin. */
interface Offsets {
  readonly run: number;
  readonly destinations: number;
  readonly findings: number;
  readonly lockPresent: boolean;
  readonly pool: AttributionPool;
}

function partOf(record: RunRecord, offsets: Offsets): OfRun {
  const { run, pool } = offsets;
  const report = jsonReport(record);
  const placed = placedFindings(record, report, offsets);
  const sightings = sightingsOf(record);
  const news = newsOf(record, offsets.lockPresent);
  const index = new Map(report.destinations.map((to, at) => [keyOf(to), offsets.destinations + at]));
  return {
    run: runOf(record, report),
    destinations: destinationsOf(record, report, offsets, placed, sightings, news),
    findings: placed,
    queries: report.dns.map((query) => ({
      run,
      name: asciiText(query.name),
      type: plainText(query.type),
      transport: query.transport,
      server: asciiText(query.server),
      ownResolver: query.ownResolver,
      outcome: plainText(query.failure ?? query.rcode ?? 'no answer'),
      answers: [...query.cnames, ...query.answers].map(asciiText),
      verdict: query.verdict,
      queries: query.queries,
      attributions: pool.indexesOf(query.attributions),
    })),
    denied: report.denied.map(({ what, address, port, attempts, attributions }) => ({
      run,
      what: plainText(what),
      to: address === null ? null : asciiText(address) + (port === null ? '' : ` port ${port}`),
      attempts,
      attributions: pool.indexesOf(attributions),
    })),
    requests: (report.requests ?? []).map((request) => ({
      run,
      method: plainText(request.method),
      target: requestTarget(request),
      status: request.status,
      headers: request.headers.map(
        ({ name, bytes, value }) =>
          `${plainText(name)}: ${value === null ? `(${bytes} B)` : plainText(value)}`,
      ),
      bodyBytes: request.bodyBytes,
      body: request.body === null ? null : plainText(request.body),
      attributions: pool.indexesOf(request.attributions),
    })),
    shares: sightings.shares.flatMap(({ to, ...share }) => {
      const at = index.get(keyOf(to));
      return at === undefined ? [] : [{ ...share, to: at, isNew: news.get(to)?.has(share.who) === true }];
    }),
  };
}

/** Destination → the names of those for whom it is new. */
type News = ReadonlyMap<Destination, ReadonlySet<string>>;

function newsOf(record: RunRecord, lockPresent: boolean): News {
  const news = new Map<Destination, Set<string>>();
  for (const { who, rows } of groupByPackage(record, lockPresent)) {
    for (const { destination, isNew } of rows)
      if (isNew) news.set(destination, (news.get(destination) ?? new Set()).add(who));
  }
  return news;
}

function runOf({ capture: { hook } }: RunRecord, { run, capture }: ReportV1): PageRun {
  return {
    id: plainText(run.id),
    command: commandText(run.command),
    phase: plainText(run.phase),
    mode: run.mode,
    exitCode: run.exitCode,
    startedAt: plainText(run.startedAt),
    durationMs: run.durationMs,
    verdict: capture.verdict,
    backend: capture.backend,
    counts: capture.counts,
    reasons: capture.reasons.map(({ code, message }) => `${plainText(message)} [${code}]`),
    survivors: capture.survivors.map(plainText),
    hook: hook === null ? 'not loaded' : hookText(hook),
  };
}

/** Null where each claim came and was borne out. */
function hookText({
  claims,
  lost,
  malformed,
  unmatched,
  isCut,
  silent,
  exposed = [],
  forged,
}: HookOutcome): string | null {
  const troubles = [
    ...(isCut ? ['its channel was shut in mid-run'] : []),
    ...(lost === 0 ? [] : [`${lost} lost`]),
    ...(malformed === 0 ? [] : [`${malformed} malformed`]),
    ...(unmatched === 0 ? [] : [`${unmatched} of flows that the kernel knows nothing of`]),
    ...(silent.length === 0
      ? []
      : [`${countText(silent.length, 'node process', 'node processes')} without it`]),
    ...(exposed.length === 0
      ? []
      : [`${countText(exposed.length, 'node process', 'node processes')} under a debugger`]),
    ...(forged.length === 0 ? [] : [countText(forged.length, 'forged frame')]),
  ];
  return troubles.length === 0 ? null : `${countText(claims, 'claim')} heard; ${troubles.join(', ')}`;
}

function destinationsOf(
  record: RunRecord,
  report: ReportV1,
  { run, findings: firstFinding, destinations: first, pool }: Offsets,
  placed: readonly PageFinding[],
  { firstAt }: Sightings,
  news: News,
): PageDestination[] {
  const originals = new Map(record.destinations.map((to) => [keyOf(to), to]));
  const about = new Map<number, number[]>();
  for (const [at, finding] of placed.entries())
    for (const to of finding.destinations) about.set(to, [...(about.get(to) ?? []), firstFinding + at]);
  return report.destinations.map((to, at) => {
    const original = originals.get(keyOf(to));
    return {
      run,
      host: asciiText(to.host),
      port: to.port,
      protocol:
        to.transport === 'tcp' || to.protocol === 'quic' || to.protocol === 'dns'
          ? to.protocol
          : `${to.protocol}/${to.transport}`,
      addresses: to.addresses.map(asciiText),
      connections: to.connections,
      bytesSent: to.bytesSent,
      bytesReceived: to.bytesReceived,
      verdict: to.verdict,
      failures: to.failures.map(plainText),
      attributions: pool.indexesOf(to.attributions),
      firstAt: original === undefined ? null : (firstAt.get(original) ?? null),
      isNew: original !== undefined && news.has(original),
      findings: about.get(first + at) ?? [],
    };
  });
}

function placedFindings(
  record: RunRecord,
  report: ReportV1,
  { run, destinations: first }: Offsets,
): PageFinding[] {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const places = placesOf(record, actors);
  const index = new Map(report.destinations.map((to, at) => [keyOf(to), first + at]));
  return sortedFindings(record.findings).map((finding: Finding) => ({
    run,
    rule: finding.rule,
    also: finding.also ?? [],
    severity: finding.severity,
    destination: finding.destination === null ? null : asciiText(finding.destination),
    package: finding.package === null ? null : plainText(finding.package),
    message: plainText(finding.message),
    help: plainText(finding.help),
    destinations: places(finding)
      .flatMap((to) => index.get(keyOf(to)) ?? [])
      .sort((a, b) => a - b),
  }));
}

function keyOf({
  host,
  port,
  transport,
  protocol,
}: Pick<Destination, 'host' | 'port' | 'transport' | 'protocol'>) {
  return [host, port, transport, protocol].join('\0');
}
