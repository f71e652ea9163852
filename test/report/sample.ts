import type { Actor } from '../../src/model/actor.js';
import type { Attribution } from '../../src/model/attribution.js';
import type { Destination } from '../../src/model/destination.js';
import type { DeniedEvent, DnsEvent } from '../../src/model/event.js';
import type { Finding } from '../../src/model/finding.js';
import type { RunRecord } from '../../src/model/record.js';

/** Pieces of a run for the report tests, each with a default for all that a test doesn't care about. */
export function actor(id: number, argv: readonly string[], cwd = '/work/app'): Actor {
  const executable = `/usr/bin/${argv[0] ?? 'sh'}`;
  return {
    id,
    parentId: id === 1 ? null : 1,
    pid: 100 + id,
    startedAt: id,
    executable,
    argv,
    cwd,
    environment: {},
    manifest: null,
    preload: null,
  };
}

export function attribution(one: Partial<Attribution> = {}): Attribution {
  return {
    actorId: null,
    package: null,
    evidence: 'unattributed',
    manager: null,
    lifecycle: null,
    script: null,
    why: [],
    contradictions: [],
    stack: null,
    ...one,
  };
}

export function destination(host: string, port: number | null, one: Partial<Destination> = {}): Destination {
  return {
    host,
    port,
    transport: port === null ? 'udp' : 'tcp',
    protocol: port === null ? 'dns' : 'tls',
    addresses: port === null ? [] : ['198.51.100.7'],
    connections: port === null ? 0 : 1,
    bytesSent: 0,
    bytesReceived: 0,
    verdict: 'allowed',
    failures: [],
    attributions: [attribution()],
    ...one,
  };
}

export function query(id: number, name: string, one: Partial<DnsEvent> = {}): DnsEvent {
  return {
    kind: 'dns',
    id,
    at: id,
    actorId: 1,
    name,
    meant: name,
    type: 'A',
    transport: 'udp',
    server: '198.51.100.53',
    port: 53,
    ownResolver: false,
    rcode: 'NOERROR',
    failure: null,
    cnames: [],
    answers: ['198.51.100.7'],
    verdict: 'allowed',
    durationMs: 3,
    ...one,
  };
}

export function denied(
  id: number,
  what: string,
  address: string | null,
  port: number | null = null,
): DeniedEvent {
  return { kind: 'denied', id, at: id, actorId: 1, what, address, port };
}

export const npm = attribution({ actorId: 1, evidence: 'package-manager', manager: 'npm' });

export const left = attribution({
  actorId: 2,
  package: { name: 'left', version: '1.2.4', location: 'node_modules/left' },
  evidence: 'exec-lineage',
  lifecycle: 'postinstall',
  script: 'node x.js',
  why: [
    ['app', 'right', 'left'],
    ['app', 'other', 'up', 'left'],
  ],
});

export const native = attribution({
  actorId: 3,
  package: { name: '@scope/native', version: '5.0.0', location: 'node_modules/@scope/native' },
  evidence: 'exec-lineage',
  lifecycle: 'install',
  script: 'node-gyp rebuild',
  why: [['app', '@scope/native']],
});

export const curl = attribution({ actorId: 4, evidence: 'process-only' });

export const newLeft: Finding = {
  rule: 'new-destination',
  severity: 'high',
  destination: 'x.example:443/tls',
  package: 'left@1.2.4',
  message: 'new destination `x.example:443/tls` by `left@1.2.4` (postinstall), through `app > right > left`',
  help: 'if it is meant, egresslock accept adds it to the lock',
};

export const newForCurl: Finding = {
  rule: 'new-package-for-destination',
  severity: 'high',
  destination: 'registry.example:443/tls',
  package: null,
  message: 'known destination `registry.example:443/tls` ((npm)) now by `curl https://registry.example/`',
  help: 'if it is meant, egresslock accept adds it to the lock',
};

export function stale(host: string): Finding {
  return {
    rule: 'stale-entry',
    severity: 'info',
    destination: `${host}:443/tls`,
    package: '(npm)',
    message: `\`${host}:443/tls\` of \`(npm)\` is in the lock and was not seen`,
    help: 'egresslock accept takes it out',
  };
}

export function record(one: Partial<RunRecord> = {}): RunRecord {
  return {
    run: {
      id: '20260102T030405678-9abcdef0',
      command: ['npm', 'ci'],
      phase: 'install',
      mode: 'observe',
      project: '/work/app',
      exitCode: 0,
      startedAt: '2026-01-02T03:04:05.678Z',
      durationMs: 12_345,
    },
    capture: {
      verdict: 'complete',
      backend: 'namespaces',
      reasons: [],
      counts: { dnsQueries: 4, connections: 43, datagramFlows: 0, denied: 0, execs: 4, unattributed: 0 },
      survivors: [],
      hook: null,
    },
    actors: [
      actor(1, ['npm', 'ci']),
      actor(2, ['node', 'x.js'], '/work/app/node_modules/left'),
      actor(3, ['sh', '-c', 'node-gyp rebuild'], '/work/app/node_modules/@scope/native'),
      actor(4, ['curl', 'https://registry.example/'], '/tmp'),
    ],
    events: [
      query(1, 'registry.example'),
      query(2, 'x.example', { actorId: 2 }),
      query(3, 'registry.example', { actorId: 4 }),
      query(4, 'gone.example', { actorId: 3, rcode: 'NXDOMAIN', answers: [] }),
    ],
    attributions: new Map([
      [1, npm],
      [2, left],
      [3, native],
      [4, curl],
    ]),
    stacks: new Map(),
    destinations: [
      destination('gone.example', null, { failures: ['NXDOMAIN'], attributions: [native] }),
      destination('headers.example', 443, {
        connections: 2,
        bytesSent: 1234,
        bytesReceived: 9_876_543,
        attributions: [native],
      }),
      destination('registry.example', 443, {
        connections: 40,
        bytesSent: 45_600,
        bytesReceived: 123_456_789,
        attributions: [npm, curl],
      }),
      destination('x.example', 443, {
        bytesSent: 517,
        bytesReceived: 0,
        failures: ['ECONNRESET'],
        attributions: [left],
      }),
    ],
    findings: [],
    ...one,
  };
}
