import type { Attribution } from '../../src/model/attribution.js';
import type { Destination } from '../../src/model/destination.js';
import type { DnsEvent } from '../../src/model/event.js';
import type { RunRecord } from '../../src/model/record.js';
import { actor, attribution, destination } from '../report/sample.js';

export { actor, attribution, destination };

/** An attribution to a package at the top of the tree. */
export function byPackage(name: string, version = '1.0.0', one: Partial<Attribution> = {}): Attribution {
  return attribution({
    actorId: 1,
    package: { name, version, location: `node_modules/${name}` },
    evidence: 'exec-lineage',
    lifecycle: 'postinstall',
    why: [['app', name]],
    ...one,
  });
}

/** A complete, successful install with some destinations. */
export function runWith(destinations: readonly Destination[], one: Partial<RunRecord> = {}): RunRecord {
  return {
    run: {
      id: '20260102T030405678-9abcdef0',
      command: ['npm', 'ci'],
      phase: 'install',
      mode: 'observe',
      project: '/work/app',
      exitCode: 0,
      startedAt: '2026-01-02T03:04:05.678Z',
      durationMs: 1000,
    },
    capture: {
      verdict: 'complete',
      backend: 'namespaces',
      reasons: [],
      counts: { dnsQueries: 0, connections: 0, datagramFlows: 0, denied: 0, execs: 1, unattributed: 0 },
      survivors: [],
      hook: null,
    },
    actors: [actor(1, ['npm', 'ci']), actor(2, ['curl', 'https://x.example/'])],
    events: [],
    attributions: new Map(),
    stacks: new Map(),
    destinations,
    findings: [],
    ...one,
  };
}

/** A query that went to a resolver of the command's own choice. */
export function ownQuery(server: string): DnsEvent {
  return {
    kind: 'dns',
    id: 1,
    at: 1,
    actorId: 1,
    name: 'x.example',
    meant: 'x.example',
    type: 'A',
    transport: 'udp',
    server,
    port: 53,
    ownResolver: true,
    rcode: 'NOERROR',
    failure: null,
    cnames: [],
    answers: [],
    verdict: 'allowed',
    durationMs: 1,
  };
}
