import { groupDestinations } from '../../../src/attribution/destinations.js';
import type { Attribution } from '../../../src/model/attribution.js';
import type {
  ConnectionEvent,
  DatagramEvent,
  DnsEvent,
  EgressEvent,
  RequestEvent,
} from '../../../src/model/event.js';
import type { Finding } from '../../../src/model/finding.js';
import type { Lock } from '../../../src/model/lock.js';
import type { RunRecord } from '../../../src/model/record.js';
import { acceptRun } from '../../../src/policy/accept.js';
import type { DetectionContext } from '../../../src/policy/detectors/context.js';
import { detect } from '../../../src/policy/detectors/detect.js';
import { readProfileTexts } from '../../../src/run/profile-texts.js';
import { knownPlacesOf } from '../../../src/run/profiles.js';
import { npm, query } from '../../report/sample.js';
import { actor, byPackage, runWith } from '../runs.js';

type EventWithoutId = {
  [Kind in EgressEvent['kind']]: Omit<Extract<EgressEvent, { kind: Kind }>, 'id'>;
}[EgressEvent['kind']];

/** Package manager, then the scripts of `left` and `right`. */
export const NPM = 1;
export const LEFT = 2;
export const RIGHT = 3;
export const CURL = 4;
const KNOWN: ReadonlyMap<number, Attribution> = new Map([
  [NPM, npm],
  [LEFT, byPackage('left', '1.2.4', { actorId: LEFT })],
  [RIGHT, byPackage('right', '2.0.0', { actorId: RIGHT })],
]);

/** A query of one actor; answered with an address unless told otherwise. */
export function ask(actorId: number, name: string, one: Partial<DnsEvent> = {}): EventWithoutId {
  const { id: _, ...event } = query(0, name, { actorId, ...one });
  return event;
}

/** A name that does not exist. */
export function miss(actorId: number, name: string, one: Partial<DnsEvent> = {}): EventWithoutId {
  return ask(actorId, name, { rcode: 'NXDOMAIN', answers: [], ...one });
}

/** A TLS connection to port 443 of a resolved name unless told otherwise; to an address where the host is one. */
export function connect(actorId: number, host: string, one: Partial<ConnectionEvent> = {}): EventWithoutId {
  const isName = !/^[\d.]+$|:/.test(host);
  const isTls = (one.protocol ?? 'tls') === 'tls';
  return {
    kind: 'connection',
    at: 10,
    actorId,
    address: isName ? '203.0.113.7' : host,
    port: 443,
    localPort: 40_000,
    host,
    hostSource: isName ? 'sni' : 'address',
    protocol: 'tls',
    resolvedNames: isName ? [host] : [],
    bytesSent: 517,
    bytesReceived: 4000,
    verdict: 'allowed',
    failure: null,
    durationMs: 20,
    sni: isName && isTls ? host : null,
    alpn: [],
    ech: false,
    httpHost: null,
    tunnel: null,
    disagreements: [],
    ...one,
  };
}

export function datagrams(actorId: number, host: string, one: Partial<DatagramEvent> = {}): EventWithoutId {
  return {
    kind: 'datagram',
    at: 10,
    actorId,
    address: host,
    port: 443,
    localPort: 40_000,
    host,
    hostSource: 'address',
    protocol: 'unknown',
    resolvedNames: [],
    bytesSent: 100,
    bytesReceived: 100,
    verdict: 'allowed',
    failure: null,
    durationMs: 20,
    datagramsSent: 1,
    datagramsReceived: 1,
    ...one,
  };
}

export function request(connectionId: number, host: string, one: Partial<RequestEvent> = {}): EventWithoutId {
  return {
    kind: 'request',
    at: 11,
    actorId: LEFT,
    connectionId,
    host,
    port: 443,
    protocol: 'tls',
    method: 'GET',
    path: '/',
    headers: [],
    bodyBytes: 0,
    body: null,
    status: 200,
    ...one,
  };
}

/** A run of those events, numbered from 1, grouped into destinations as a real run is. */
export function story(events: readonly EventWithoutId[], one: Partial<RunRecord> = {}): RunRecord {
  const numbered = events.map((event, index): EgressEvent => ({ ...event, id: index + 1 }));
  const actors = [
    actor(NPM, ['npm', 'ci']),
    actor(LEFT, ['node', 'left.js']),
    actor(RIGHT, ['node', 'right.js']),
    actor(CURL, ['curl', 'https://x.example/']),
  ];
  const attributions = new Map<number, Attribution>([
    ...KNOWN,
    [CURL, { ...npm, actorId: CURL, manager: null, evidence: 'process-only' }],
  ]);
  const destinations = groupDestinations(numbered, attributions, actors, new Map(), new Map());
  return runWith(destinations, { events: numbered, actors, attributions, ...one });
}

/** A lock that has something of the phase, though nothing of what the stories do. */
/** What the profiles know. */
export const PLACES = knownPlacesOf(readProfileTexts());
export const LOCK: Lock = {
  lockVersion: 1,
  rows: [
    { package: '(npm)', phase: 'install', host: 'registry.example', port: 443, protocol: 'tls' },
    { package: 'left', phase: 'install', host: 'files.example', port: 443, protocol: 'tls' },
    { package: 'right', phase: 'install', host: 'api.github.com', port: 443, protocol: 'tls' },
  ],
};

/** Findings without those about the lock itself, which a story rarely fulfils. */
export function findings(
  record: RunRecord,
  lock: Lock | null = LOCK,
  context: DetectionContext = {},
): Finding[] {
  return detect({ places: PLACES, ...context, record, lock }).filter(
    (finding) => finding.rule !== 'stale-entry',
  );
}

/** Each finding as `severity rule + also`. */
export function said(record: RunRecord, lock: Lock | null = LOCK, context: DetectionContext = {}): string[] {
  return findings(record, lock, context).map(({ severity, rule, also = [] }) =>
    [`${severity} ${rule}`, ...also].join(' + '),
  );
}

/** The lock once the run was accepted. */
export function accepted(record: RunRecord): Lock {
  return acceptRun(null, record).lock;
}
