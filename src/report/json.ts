import type { Actor } from '../model/actor.js';
import { type Attribution, EVIDENCE, type StackRoles } from '../model/attribution.js';
import { compareBy } from '../model/compare.js';
import type { Destination } from '../model/destination.js';
import type { DeniedEvent, DnsEvent, EgressEvent } from '../model/event.js';
import { attributionsOfEvent } from '../model/event-attributions.js';
import type { PackageIdentity } from '../model/package.js';
import type { RunRecord } from '../model/record.js';
import type { HookOutcome } from '../model/run.js';
import { sortedFindings } from './findings.js';
import type {
  ReportAttribution,
  ReportDenied,
  ReportDestination,
  ReportQuery,
  ReportV1,
} from './report-v1.js';

import { requestsOf } from './requests.js';

export type { ReportV1 } from './report-v1.js';

/** The public report of a run: `run --json FILE` and `show RUN --json`. The keys' order is part of its bytes. */
export function jsonReport(record: RunRecord): ReportV1 {
  const { run, capture } = record;
  const attribute = attributionsBy(record);
  return {
    schemaVersion: 1,
    run: {
      id: run.id,
      command: [...run.command],
      phase: run.phase,
      mode: run.mode,
      exitCode: run.exitCode,
      startedAt: run.startedAt,
      durationMs: run.durationMs,
    },
    capture: {
      verdict: capture.verdict,
      backend: capture.backend,
      reasons: capture.reasons.map(({ code, message }) => ({ code, message })),
      counts: {
        dnsQueries: capture.counts.dnsQueries,
        connections: capture.counts.connections,
        datagramFlows: capture.counts.datagramFlows,
        unattributed: capture.counts.unattributed,
        denied: capture.counts.denied,
        execs: capture.counts.execs,
      },
      survivors: [...capture.survivors],
      ...(capture.hook === null ? {} : { hook: hookOf(capture.hook) }),
    },
    destinations: destinationsOf(record, attribute.known),
    dns: queriesOf(record, attribute.ofEvents),
    denied: deniedOf(record, attribute.ofEvents),
    ...(run.mode === 'sinkhole' ? { requests: requestsOf(record, attribute.ofEvents) } : {}),
    findings: sortedFindings(record.findings).map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      destination: finding.destination,
      package: finding.package,
      message: finding.message,
      help: finding.help,
      ...(finding.also === undefined ? {} : { also: [...finding.also] }),
    })),
  };
}

function hookOf(hook: HookOutcome): NonNullable<ReportV1['capture']['hook']> {
  const { claims, lost, malformed, unmatched, isCut } = hook;
  return { claims, lost, malformed, unmatched, isCut };
}

type OfEvents = (events: readonly EgressEvent[]) => ReportAttribution[];

function attributionsBy(record: RunRecord) {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const known = (one: Attribution): ReportAttribution =>
    toReport(one, one.actorId === null ? undefined : actors.get(one.actorId), record.run.project);
  const ofEvents: OfEvents = (events) => {
    const all = [...new Set(events.flatMap((event) => attributionsOfEvent(record, event)))];
    const distinct = new Map<string, Attribution>();
    for (const one of all.sort(strongestFirst)) {
      const key = JSON.stringify(identityOf(one, one.actorId === null ? undefined : actors.get(one.actorId)));
      if (!distinct.has(key)) distinct.set(key, one);
    }
    return [...distinct.values()].map(known);
  };
  return { known, ofEvents };
}

const strongestFirst = compareBy<Attribution>(
  (one) => EVIDENCE.indexOf(one.evidence),
  (one) => one.package?.name ?? one.manager,
  (one) => one.package?.location ?? null,
  (one) => one.lifecycle,
  (one) => one.actorId,
);

/** Equal for the same package and lifecycle, the same manager, or the same command line where neither is known. */
function identityOf(one: Attribution, actor: Actor | undefined): unknown[] {
  const process = one.package === null && one.manager === null ? (actor?.argv ?? null) : null;
  const sink = one.stack?.sink.location;
  return [one.evidence, one.package?.location, one.package?.name, one.manager, one.lifecycle, sink, process];
}

function toReport(one: Attribution, actor: Actor | undefined, project: string): ReportAttribution {
  return {
    package: one.package === null ? null : identityReport(one.package),
    lifecycle: one.lifecycle,
    evidence: one.evidence,
    why: one.why.map((chain) => [...chain]),
    actor: actor === undefined ? null : { argv: [...actor.argv], cwd: belowProject(actor.cwd, project) },
    manager: one.manager,
    script: one.script,
    contradictions: one.contradictions.map(({ field, claimed, witnessed }) => ({
      field,
      claimed,
      witnessed,
    })),
    ...(one.stack === null ? {} : { stack: stackReport(one.stack) }),
  };
}

function identityReport({ name, version, location }: PackageIdentity): PackageIdentity {
  return { name, version, location };
}

function stackReport({ sink, cause, entry, clients, frames }: StackRoles): StackRoles {
  return {
    sink: identityReport(sink),
    cause: cause === null ? null : identityReport(cause),
    entry: identityReport(entry),
    clients: clients.map(({ why, ...client }) => ({
      ...identityReport(client),
      why: why.map((chain) => [...chain]),
    })),
    frames: frames.map((frame) => ({
      package: frame.package === null ? null : identityReport(frame.package),
      path: frame.path,
      line: frame.line,
      column: frame.column,
      function: frame.function,
      bundle: frame.bundle ?? null,
      isFile: frame.isFile,
    })),
  };
}

/** No machine's path in a report where it can be helped: `.` is the project's root. */
function belowProject(cwd: string, project: string): string {
  if (cwd === project) return '.';
  return cwd.startsWith(`${project}/`) ? cwd.slice(project.length + 1) : cwd;
}

function destinationsOf(
  record: RunRecord,
  known: (one: Attribution) => ReportAttribution,
): ReportDestination[] {
  return [...record.destinations].sort(byPlace).map((to) => ({
    host: to.host,
    port: to.port,
    transport: to.transport,
    protocol: to.protocol,
    addresses: [...to.addresses],
    connections: to.connections,
    bytesSent: to.bytesSent,
    bytesReceived: to.bytesReceived,
    verdict: to.verdict,
    failures: [...to.failures],
    attributions: to.attributions.map(known),
  }));
}

const byPlace = compareBy<Destination>(
  (to) => to.host,
  (to) => to.port,
  (to) => to.transport,
  (to) => to.protocol,
);

/** Equal queries with equal outcomes are one entry with their number. */
function queriesOf(record: RunRecord, ofEvents: OfEvents): ReportQuery[] {
  const queries = record.events.filter((event): event is DnsEvent => event.kind === 'dns');
  const groups = grouped(queries, (query) => [
    query.name,
    query.type,
    query.transport,
    query.meant,
    query.server,
    query.port,
    query.ownResolver,
    query.rcode,
    query.failure,
    query.verdict,
    query.cnames,
    query.answers,
  ]);
  return groups.map(([query, all]) => ({
    name: query.name,
    type: query.type,
    transport: query.transport,
    rcode: query.rcode,
    answers: [...query.answers],
    attributions: ofEvents(all),
    meant: query.meant,
    server: query.server,
    port: query.port,
    ownResolver: query.ownResolver,
    failure: query.failure,
    cnames: [...query.cnames],
    verdict: query.verdict,
    queries: all.length,
  }));
}

function deniedOf(record: RunRecord, ofEvents: OfEvents): ReportDenied[] {
  const denied = record.events.filter((event): event is DeniedEvent => event.kind === 'denied');
  const groups = grouped(denied, (event) => [event.what, event.address, event.port]);
  return groups.map(([event, all]) => ({
    what: event.what,
    address: event.address,
    port: event.port,
    attempts: all.length,
    attributions: ofEvents(all),
  }));
}

/** Groups by equal keys, in the order of the keys; each with its first member. */
function grouped<T>(values: readonly T[], keyOf: (value: T) => readonly unknown[]): [T, T[]][] {
  const groups = new Map<string, [T, T[]]>();
  for (const value of values) {
    const key = JSON.stringify(keyOf(value));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value, [value]]);
    else group[1].push(value);
  }
  return [...groups].sort(compareBy(([key]) => key)).map(([, group]) => group);
}
