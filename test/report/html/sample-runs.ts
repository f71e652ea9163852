import { groupDestinations } from '../../../src/attribution/destinations.js';
import type { Attribution, StackFrame } from '../../../src/model/attribution.js';
import type { ConnectionEvent, DnsEvent, EgressEvent } from '../../../src/model/event.js';
import { LOCK_VERSION, type Lock } from '../../../src/model/lock.js';
import type { PackageIdentity } from '../../../src/model/package.js';
import type { RunRecord } from '../../../src/model/record.js';
import type { Run } from '../../../src/model/run.js';
import { checkRun } from '../../../src/policy/check.js';
import { rowsOf, sortRows } from '../../../src/policy/lock-rows.js';
import { actor, attribution, denied, query, record } from '../sample.js';

/*
 * An install and a test run of a small service, as a lockfile's reader meets them: much that is known, a postinstall
 * script that talks to strangers, a test that calls a service nobody has accepted.
 */

interface Call {
  readonly host: string;
  readonly port?: number;
  readonly at: number;
  readonly actorId: number;
  readonly times?: number;
  /** Milliseconds between the calls. */
  readonly every?: number;
  readonly out: number;
  readonly in: number;
  readonly lasts: number;
  readonly one?: Partial<ConnectionEvent>;
  readonly stack?: readonly Attribution[];
}

interface Plan {
  readonly run: Partial<Run>;
  readonly actors: RunRecord['actors'];
  readonly attributions: RunRecord['attributions'];
  readonly calls: readonly Call[];
  readonly lookUps: readonly Partial<DnsEvent>[];
  readonly denials: readonly (readonly [string, string | null])[];
}

function made(plan: Plan): RunRecord {
  const events: EgressEvent[] = [];
  const stacks = new Map<number, readonly Attribution[]>();
  let id = 0;
  for (const call of plan.calls) {
    const { host, at, actorId } = call;
    const address = addressOf(host);
    id += 1;
    if (host !== address) events.push(query(id, host, { at, actorId, answers: [address], durationMs: 4 }));
    if (call.stack !== undefined) stacks.set(id, call.stack);
    for (let time = 0; time < (call.times ?? 1); time += 1) {
      id += 1;
      if (call.stack !== undefined) stacks.set(id, call.stack);
      events.push(connection(id, call, address, at + 6 + time * (call.every ?? 0)));
    }
  }
  for (const lookUp of plan.lookUps) {
    id += 1;
    events.push(query(id, lookUp.name ?? '', { meant: lookUp.name ?? '', ...lookUp }));
  }
  for (const [index, [what, address]] of plan.denials.entries()) {
    id += 1;
    events.push({ ...denied(id, what, address), at: 7100 + 900 * index, actorId: 4 });
  }
  const { actors, attributions } = plan;
  const count = (kind: EgressEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  return record({
    run: { ...record().run, ...plan.run },
    capture: {
      ...record().capture,
      counts: {
        dnsQueries: count('dns'),
        connections: count('connection'),
        datagramFlows: 0,
        denied: count('denied'),
        execs: actors.length,
        unattributed: 0,
      },
    },
    actors,
    events,
    attributions,
    stacks,
    destinations: groupDestinations(events, attributions, actors, stacks, new Map()),
  });
}

function addressOf(host: string): string {
  if (/^[\d.]+$/.test(host)) return host;
  return `198.51.100.${10 + ([...host].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 240)}`;
}

function connection(id: number, call: Call, address: string, at: number): ConnectionEvent {
  return {
    kind: 'connection',
    id,
    at,
    actorId: call.actorId,
    address,
    port: call.port ?? 443,
    localPort: 40_000 + id,
    host: call.host,
    hostSource: call.host === address ? 'address' : 'sni',
    protocol: 'tls',
    resolvedNames: call.host === address ? [] : [call.host],
    bytesSent: call.out,
    bytesReceived: call.in,
    verdict: 'allowed',
    failure: null,
    durationMs: call.lasts,
    sni: call.host === address ? null : call.host,
    alpn: ['http/1.1'],
    ech: false,
    httpHost: null,
    tunnel: null,
    disagreements: [],
    ...call.one,
  };
}

function identity(name: string, version: string): PackageIdentity {
  return { name, version, location: `node_modules/${name}` };
}

function script(
  actorId: number,
  name: string,
  version: string,
  lifecycle: string,
  text: string,
  ...why: string[][]
) {
  return attribution({
    actorId,
    package: identity(name, version),
    evidence: 'exec-lineage',
    lifecycle,
    script: text,
    why,
  });
}

const npm = attribution({ actorId: 1, evidence: 'package-manager', manager: 'npm' });

export const install: RunRecord = made({
  run: {
    id: '20260102T030405678-9abcdef0',
    command: ['npm', 'ci'],
    phase: 'install',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 14_820,
  },
  actors: [
    actor(1, ['npm', 'ci']),
    actor(2, ['node', 'install.js'], '/work/app/node_modules/image-kit'),
    actor(3, ['node-gyp', 'rebuild'], '/work/app/node_modules/fast-hash'),
    actor(4, ['node', 'x.js', '--quiet'], '/work/app/node_modules/left'),
    actor(5, ['curl', '-sf', 'https://status.example/up'], '/tmp'),
    actor(6, ['node', 'fetch-browsers.js'], '/work/app/node_modules/browser-driver'),
  ],
  attributions: new Map([
    [1, npm],
    [2, script(2, 'image-kit', '3.1.0', 'install', 'node install.js', ['app', 'image-kit'])],
    [
      3,
      script(3, 'fast-hash', '2.0.9', 'install', 'node-gyp rebuild', ['app', 'session-store', 'fast-hash']),
    ],
    [
      4,
      script(
        4,
        'left',
        '1.2.4',
        'postinstall',
        'node x.js --quiet',
        ['app', 'right', 'left'],
        ['app', 'report-builder', 'table-view', 'left'],
      ),
    ],
    [5, attribution({ actorId: 5, evidence: 'process-only' })],
    [
      6,
      script(6, 'browser-driver', '8.4.1', 'postinstall', 'node fetch-browsers.js', [
        'app',
        'browser-driver',
      ]),
    ],
  ]),
  calls: [
    {
      host: 'registry.example',
      at: 310,
      actorId: 1,
      times: 46,
      every: 95,
      out: 1420,
      in: 412_000,
      lasts: 420,
    },
    {
      host: 'registry.example',
      at: 5300,
      actorId: 1,
      times: 4,
      every: 240,
      out: 2210,
      in: 18_400,
      lasts: 300,
    },
    { host: 'cdn.example', at: 6050, actorId: 2, times: 3, every: 300, out: 980, in: 8_120_000, lasts: 1900 },
    {
      host: 'objects.cdn.example',
      at: 6100,
      actorId: 2,
      times: 2,
      every: 200,
      out: 870,
      in: 2_300_000,
      lasts: 900,
    },
    {
      host: 'headers.example',
      at: 6400,
      actorId: 3,
      times: 2,
      every: 150,
      out: 760,
      in: 6_450_000,
      lasts: 1300,
    },
    {
      host: 'browsers.example',
      at: 7900,
      actorId: 6,
      times: 2,
      every: 400,
      out: 1100,
      in: 31_000_000,
      lasts: 4300,
    },
    {
      host: 'telemetry.example',
      at: 7020,
      actorId: 4,
      times: 5,
      every: 1150,
      out: 5820,
      in: 310,
      lasts: 240,
    },
    { host: '203.0.113.66', port: 8443, at: 7650, actorId: 4, out: 48_210, in: 96, lasts: 3900 },
    { host: 'status.example', at: 12_900, actorId: 5, out: 410, in: 2200, lasts: 130 },
  ],
  lookUps: [
    { name: 'paste.example', at: 7240, actorId: 4, rcode: 'NXDOMAIN', answers: [] },
    { name: 'proxy.corp.test', at: 280, actorId: 1, rcode: 'NXDOMAIN', answers: [] },
  ],
  denials: [
    ['icmp', '203.0.113.66'],
    ['unix /run/docker.sock', null],
  ],
});

function frame(owner: PackageIdentity, path: string, line: number, call: string | null): StackFrame {
  return {
    package: owner,
    path,
    line,
    column: 17,
    function: call,
    bundle: null,
    isFile: true,
  };
}

function caller(name: string, version: string, why: string[][], client: string): Attribution {
  const cause = identity(name, version);
  const sink = identity(client, '1.7.2');
  const app = { name: 'app', version: '4.0.0', location: '' };
  return attribution({
    actorId: 12,
    package: cause,
    evidence: 'stack+hash',
    why,
    stack: {
      sink,
      cause,
      entry: app,
      clients: [{ ...sink, why: [['app', name, client]] }],
      frames: [
        frame(sink, 'lib/adapters/http.js', 214, 'dispatchHttpRequest'),
        frame(sink, 'lib/core/client.js', 61, 'request'),
        frame(cause, 'src/client.js', 88, 'send'),
        frame(app, 'test/orders.test.js', 31, null),
      ],
    },
  });
}

const billing = [caller('billing-sdk', '2.3.0', [['app', 'billing-sdk']], 'request-kit')];
const tracing = [caller('trace-agent', '0.9.7', [['app', 'server-core', 'trace-agent']], 'request-kit')];
const flags = [caller('feature-flags', '5.1.1', [['app', 'feature-flags']], 'tiny-fetch')];

export const tests: RunRecord = made({
  run: {
    id: '20260102T030423901-1bcdef02',
    command: ['npm', 'test'],
    phase: 'test',
    startedAt: '2026-01-02T03:04:23.901Z',
    durationMs: 9_240,
  },
  actors: [actor(11, ['npm', 'test']), actor(12, ['node', '--test', 'test/orders.test.js'])],
  attributions: new Map([
    [11, attribution({ actorId: 11, evidence: 'package-manager', manager: 'npm' })],
    [12, attribution({ actorId: 12, evidence: 'process-only' })],
  ]),
  calls: [
    {
      host: 'api.billing.example',
      at: 900,
      actorId: 12,
      times: 14,
      every: 410,
      out: 2300,
      in: 9100,
      lasts: 260,
      stack: billing,
    },
    {
      host: 'events.billing.example',
      at: 2300,
      actorId: 12,
      times: 3,
      every: 1900,
      out: 6400,
      in: 420,
      lasts: 180,
      stack: billing,
    },
    {
      host: 'collector.trace.example',
      at: 700,
      actorId: 12,
      times: 8,
      every: 1000,
      out: 18_300,
      in: 260,
      lasts: 90,
      stack: tracing,
    },
    {
      host: 'flags.example',
      at: 640,
      actorId: 12,
      times: 2,
      every: 4000,
      out: 540,
      in: 61_000,
      lasts: 2500,
      stack: flags,
    },
    { host: 'edge.flags.example', at: 690, actorId: 12, out: 610, in: 18_200, lasts: 7900, stack: flags },
  ],
  lookUps: [{ name: 'metrics.internal.test', at: 1200, actorId: 12, rcode: 'NXDOMAIN', answers: [] }],
  denials: [],
});

/** Knows all but what `left`, a process without a package and the billing SDK's events are about. */
export const lock: Lock = {
  lockVersion: LOCK_VERSION,
  rows: sortRows([...rowsOf(install), ...rowsOf(tests)]).filter(
    ({ package: name, host }) =>
      name !== 'left' && host !== 'status.example' && host !== 'events.billing.example',
  ),
};

/** Both runs with what the rules say of them. */
export const sampleRuns: readonly RunRecord[] = [install, tests].map((run) => ({
  ...run,
  findings: checkRun(run, lock),
}));
