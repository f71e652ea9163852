import type { Destination } from '../../../src/model/destination.js';
import type { ConnectionEvent } from '../../../src/model/event.js';
import type { RunRecord } from '../../../src/model/record.js';
import { actor, attribution, denied, destination, newLeft, query, record } from '../sample.js';

/** Names that want to be more than text. Each sets a global of the page where it succeeds. */
export const HOSTILE: readonly string[] = [
  '</script><script>window.pwned=1</script>',
  '"><img src=x onerror="window.pwned=1">',
  "'><svg onload=window.pwned=1>",
  '</noscript><script>window.pwned=1</script>',
  '</title></style><script>window.pwned=1</script>',
  'javascript:window.pwned=1',
  '<!--<script>window.pwned=1//',
  ']]><script>window.pwned=1</script>',
  '{{constructor.constructor("window.pwned=1")()}}',
  'a\0b',
  '\ud800\udfff\udfff\ud800',
  '\u202e\u2066gpj.exe\u200b\u2028\u2029\ufeff',
  '__proto__',
  `${'a'.repeat(10_000)}.example`,
];

/** A run in which all that somebody hostile can name has that name. */
export function hostileRun(name: string): RunRecord {
  const identity = { name, version: name, location: name };
  const frame = {
    package: identity,
    path: name,
    line: 1,
    column: 2,
    function: name,
    bundle: name,
    isFile: false,
  };
  const who = attribution({
    actorId: 2,
    package: identity,
    evidence: 'stack',
    lifecycle: name,
    script: name,
    why: [[name, name]],
    contradictions: [{ field: 'name', claimed: name, witnessed: name }],
    stack: {
      sink: identity,
      cause: identity,
      entry: identity,
      clients: [{ ...identity, why: [[name]] }],
      frames: [frame],
    },
  });
  const base = record();
  return {
    ...base,
    run: { ...base.run, command: [name], phase: name, mode: 'sinkhole' },
    capture: {
      ...base.capture,
      verdict: 'partial',
      reasons: [{ code: 'witness-lost', message: name }],
      survivors: [name],
    },
    actors: [actor(1, ['npm', 'ci']), actor(2, [name, name], `/work/app/${name}`)],
    attributions: new Map([[2, who]]),
    events: [
      query(1, name, {
        actorId: 2,
        type: name,
        rcode: name,
        answers: [name],
        cnames: [name],
        server: name,
        ownResolver: true,
      }),
      denied(2, name, name, 1),
      {
        kind: 'request',
        id: 3,
        at: 9,
        actorId: 2,
        connectionId: 1,
        host: name,
        port: 443,
        protocol: 'tls',
        method: name,
        path: name,
        headers: [{ name, bytes: 1, value: name }],
        bodyBytes: 3,
        body: name,
        status: 200,
      },
    ],
    destinations: [destination(name, 443, { addresses: [name], failures: [name], attributions: [who] })],
    findings: [
      { ...newLeft, message: name, help: name, destination: `${name}:443/tls`, package: `${name}@${name}` },
    ],
  };
}

/** One run with that many destinations, each with a few connections, by forty packages. */
export function manyRuns(count: number): readonly RunRecord[] {
  const packages = Array.from({ length: 40 }, (_, index) =>
    attribution({
      actorId: index + 1,
      package: { name: `package-${index}`, version: '1.0.0', location: `node_modules/package-${index}` },
      evidence: 'exec-lineage',
      lifecycle: 'postinstall',
      script: 'node x.js',
      why: [['app', `parent-${index % 7}`, `package-${index}`]],
    }),
  );
  const destinations: Destination[] = [];
  const events: ConnectionEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const who = packages[index % packages.length];
    const host = `host-${index}.region-${index % 9}.example`;
    const address = `198.51.100.${index % 250}`;
    const bytesSent = 100 + ((index * 7919) % 50_000);
    destinations.push(
      destination(host, 443, {
        addresses: [address],
        connections: 2,
        bytesSent: 2 * bytesSent,
        bytesReceived: 2000,
        attributions: who === undefined ? [] : [who],
      }),
    );
    for (const time of [0, 1]) {
      events.push({
        kind: 'connection',
        id: 2 * index + time + 1,
        at: index * 2 + time,
        actorId: who?.actorId ?? null,
        address,
        port: 443,
        localPort: 40_000,
        host,
        hostSource: 'sni',
        protocol: 'tls',
        resolvedNames: [host],
        bytesSent,
        bytesReceived: 1000,
        verdict: 'allowed',
        failure: null,
        durationMs: 40,
        sni: host,
        alpn: [],
        ech: false,
        httpHost: null,
        tunnel: null,
        disagreements: [],
      });
    }
  }
  const base = record();
  return [
    {
      ...base,
      actors: packages.map((_, index) => actor(index + 1, ['node', 'x.js'])),
      attributions: new Map(packages.map((one, index) => [index + 1, one])),
      events,
      destinations,
    },
  ];
}
