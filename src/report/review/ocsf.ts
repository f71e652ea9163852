import type {
  ConnectionEvent,
  DatagramEvent,
  DeniedEvent,
  DnsEvent,
  EgressEvent,
} from '../../model/event.js';
import { attributionsOfEvent } from '../../model/event-attributions.js';
import type { Finding, Severity } from '../../model/finding.js';
import type { RunRecord } from '../../model/record.js';
import type { Review, ReviewedRun } from '../../model/review.js';
import { jsonLine } from '../json-text.js';
import { personReader } from './people.js';

/** Version of the schema (schema.ocsf.io) that the events are written for. */
const SCHEMA = '1.3.0';
const NETWORK = { class_uid: 4001, class_name: 'Network Activity' } as const;
const DNS = { class_uid: 4003, class_name: 'DNS Activity' } as const;
const CATEGORY = { category_uid: 4, category_name: 'Network Activity' } as const;

const SEVERITY: Readonly<Record<Severity, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };
/** RCODE (RFC 1035 §4.1.1, RFC 2136 §2.2) → the schema's caption; its place is the schema's number. */
const RCODES: ReadonlyMap<string, string> = new Map([
  ['NOERROR', 'NoError'],
  ['FORMERR', 'FormError'],
  ['SERVFAIL', 'ServError'],
  ['NXDOMAIN', 'NXDomain'],
  ['NOTIMP', 'NotImp'],
  ['REFUSED', 'Refused'],
  ['YXDOMAIN', 'YXDomain'],
  ['YXRRSET', 'YXRRSet'],
  ['NXRRSET', 'NXRRSet'],
  ['NOTAUTH', 'NotAuth'],
  ['NOTZONE', 'NotZone'],
]);
const OTHER = 99;

/** OCSF's events as JSON lines: DNS Activity for each query, Network Activity for each connection, flow and refused attempt. */
export function ocsf(review: Review): string {
  return review.runs.map((run) => linesOf(review, run)).join('');
}

function linesOf(review: Review, { record, findings }: ReviewedRun): string {
  const severityOf = severityReader(findings.map(({ finding }) => finding));
  const commonOf = commonReader(review, record);
  const activityOfEvent = (event: EgressEvent): object | null => {
    switch (event.kind) {
      case 'dns':
        return dnsActivity(event, commonOf(event), severityOf(event.meant, null));
      case 'connection':
      case 'datagram':
        return networkActivity(event, commonOf(event), severityOf(event.host, event.port));
      case 'denied':
        return deniedActivity(event, commonOf(event));
      case 'request':
        // Its connection is an event of its own.
        return null;
    }
  };
  const lines = record.events.map(activityOfEvent).filter((event) => event !== null);
  return lines.map((event) => `${jsonLine(event)}\n`).join('');
}

/** The gravest finding about a host, and about its port where the finding has one; `info` where there is none. */
function severityReader(findings: readonly Finding[]): (host: string, port: number | null) => number {
  const worst = new Map<string, number>();
  for (const { destination, severity } of findings) {
    if (destination === null) continue;
    const place = destination.replace(/\/\w+$/, '').replace(/^\[([^\]]*)\]/, '$1');
    worst.set(place, Math.max(worst.get(place) ?? 0, SEVERITY[severity]));
  }
  return (host, port) =>
    Math.max(worst.get(host) ?? 1, (port === null ? undefined : worst.get(`${host}:${port}`)) ?? 1);
}

type Common = ReturnType<ReturnType<typeof commonReader>>;

/** What each event of a run has, whatever its class. */
function commonReader({ version }: Review, record: RunRecord) {
  const started = Date.parse(record.run.startedAt);
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const personOf = personReader(record);
  return (event: EgressEvent) => {
    const actor = event.actorId === null ? undefined : actors.get(event.actorId);
    return {
      time: Math.round(started + event.at),
      metadata: {
        version: SCHEMA,
        // Of the process, and of what was done about the event.
        profiles: ['host', 'security_control'],
        product: { name: 'egresslock', vendor_name: 'egresslock', version },
        uid: `${record.run.id}/${event.id}`,
        correlation_uid: record.run.id,
        labels: [`phase:${record.run.phase}`, `mode:${record.run.mode}`],
      },
      ...(actor === undefined
        ? {}
        : {
            actor: {
              process: {
                pid: actor.pid,
                cmd_line: actor.argv.join(' '),
                file: { name: actor.executable.split('/').at(-1) ?? '', path: actor.executable, type_id: 1 },
              },
            },
          }),
      unmapped: {
        attributions: attributionsOfEvent(record, event).map((one) => {
          const { kind, name, version: found, purl } = personOf(one);
          return { kind, name, version: found, purl, evidence: one.evidence, why: one.why };
        }),
        ...('protocol' in event ? { protocol: event.protocol } : {}),
        // The schema's own object for TLS needs a version and a certificate, which nobody has seen.
        ...('sni' in event && event.sni !== null ? { sni: event.sni } : {}),
        ...(event.rule === undefined ? {} : { rule: event.rule }),
      },
    };
  };
}

function dnsActivity(event: DnsEvent, common: Common, severity: number) {
  const isAnswered = event.rcode !== null;
  return {
    ...DNS,
    ...CATEGORY,
    ...activity(DNS.class_uid, isAnswered ? 2 : 1, isAnswered ? 'Response' : 'Query'),
    ...common,
    severity_id: severity,
    ...outcome(event.verdict, event.rcode === 'NOERROR', event.failure ?? event.rcode),
    query: { hostname: event.name, type: event.type, class: 'IN' },
    ...(event.answers.length === 0
      ? {}
      : { answers: event.answers.map((rdata) => ({ rdata, type: event.type })) }),
    ...(event.rcode === null ? {} : rcodeOf(event.rcode)),
    dst_endpoint: { ip: event.server, port: event.port },
    connection_info: connectionInfo(event.transport),
    ...(event.durationMs === null ? {} : { duration: Math.round(event.durationMs) }),
  };
}

function rcodeOf(rcode: string): { readonly rcode: string; readonly rcode_id: number } {
  const id = [...RCODES.keys()].indexOf(rcode);
  return { rcode: RCODES.get(rcode) ?? rcode, rcode_id: id === -1 ? OTHER : id };
}

function networkActivity(event: ConnectionEvent | DatagramEvent, common: Common, severity: number) {
  const [id, name] = activityOf(event);
  return {
    ...NETWORK,
    ...CATEGORY,
    ...activity(NETWORK.class_uid, id, name),
    ...common,
    severity_id: severity,
    ...outcome(event.verdict, event.failure === null, event.failure),
    dst_endpoint: {
      ip: event.address,
      port: event.port,
      ...(event.host === event.address ? {} : { hostname: event.host }),
    },
    ...(event.localPort === null ? {} : { src_endpoint: { port: event.localPort } }),
    connection_info: connectionInfo(event.kind === 'connection' ? 'tcp' : 'udp'),
    traffic: {
      bytes_out: event.bytesSent,
      bytes_in: event.bytesReceived,
      bytes: event.bytesSent + event.bytesReceived,
    },
    ...(event.durationMs === null ? {} : { duration: Math.round(event.durationMs) }),
  };
}

/** A refused system call was refused here; a connection that was refused otherwise, by the other side. */
function deniedActivity(event: DeniedEvent, common: Common) {
  return {
    ...NETWORK,
    ...CATEGORY,
    ...activity(NETWORK.class_uid, 5, 'Refuse'),
    ...common,
    severity_id: SEVERITY.medium,
    ...outcome('blocked', false, event.what),
    dst_endpoint:
      event.address === null
        ? { name: event.what }
        : { ip: event.address, ...(event.port === null ? {} : { port: event.port }) },
    connection_info: { direction: 'Outbound', direction_id: 2 },
  };
}

function activityOf({ kind, verdict, failure }: ConnectionEvent | DatagramEvent): [number, string] {
  if (verdict === 'blocked' || failure === 'ECONNREFUSED') return [5, 'Refuse'];
  if (failure !== null) return [4, 'Fail'];
  return kind === 'connection' ? [1, 'Open'] : [6, 'Traffic'];
}

function activity(classUid: number, id: number, name: string) {
  return { activity_id: id, activity_name: name, type_uid: classUid * 100 + id };
}

/** Status, and what was done about it: 1 Allowed, 2 Denied; a sinkhole has let nothing out either. */
function outcome(verdict: EgressVerdict, isSuccess: boolean, detail: string | null) {
  return {
    status_id: isSuccess ? 1 : 2,
    status: isSuccess ? 'Success' : 'Failure',
    ...(detail === null ? {} : { status_detail: detail }),
    action_id: verdict === 'allowed' ? 1 : 2,
    action: verdict === 'allowed' ? 'Allowed' : 'Denied',
    disposition_id: verdict === 'allowed' ? 1 : 2,
    disposition: verdict === 'allowed' ? 'Allowed' : 'Blocked',
  };
}

type EgressVerdict = DnsEvent['verdict'];

function connectionInfo(protocol: 'tcp' | 'udp') {
  return {
    protocol_name: protocol,
    protocol_num: protocol === 'tcp' ? 6 : 17,
    direction: 'Outbound',
    direction_id: 2,
  };
}
