import type { ConnectionEvent } from '../../../src/model/event.js';
import type { Finding } from '../../../src/model/finding.js';
import type { Lock } from '../../../src/model/lock.js';
import type { PackageLockReading } from '../../../src/model/package-lock.js';
import type { RunRecord } from '../../../src/model/record.js';
import type { Review } from '../../../src/model/review.js';
import { checkRun } from '../../../src/policy/check.js';
import { diffEgress } from '../../../src/policy/diff/diff-egress.js';
import { originReader } from '../../../src/policy/diff/origin.js';
import { joinSides, sideOfLock, sideOfRuns } from '../../../src/policy/diff/side.js';
import { formatLock } from '../../../src/policy/lock-file.js';
import { lockLines } from '../../../src/policy/review/lock-lines.js';
import { reviewRun } from '../../../src/policy/review/review-run.js';
import { chainsIn } from '../../../src/run/review/chains-in.js';
import { lockOf, packageLock } from '../../policy/diff/sides.js';
import { actor, attribution, denied, destination, query, record } from '../sample.js';

export interface Parts {
  readonly records: readonly RunRecord[];
  readonly lock: Lock;
  readonly base: Lock;
  readonly packages: { readonly base: PackageLockReading; readonly head: PackageLockReading };
  readonly label?: string;
  /** Instead of what the rules say. */
  readonly findings?: readonly Finding[];
  readonly folder?: string;
}

/** Puts a review together as `check --base` does, without files. */
export function reviewOf({
  records,
  lock,
  base,
  packages,
  label = 'origin/main',
  findings,
  folder = '',
}: Parts): Review {
  const before = sideOfLock(label, base, packages.base);
  const head = joinSides(
    sideOfLock('the working tree', lock, packages.head),
    sideOfRuns('the working tree', records, packages.head),
  );
  const whyChain = chainsIn(packages);
  const originOf = originReader({ base: before, head, whyChain, isPullRequest: true });
  const context = { originOf, isPullRequest: true, failOn: 'high' } as const;
  return {
    version: '0.1.0',
    runs: records.map((one) => reviewRun(one, findings ?? checkRun(one, lock), context)),
    diff: diffEgress({ base: before, head, whyChain, isPullRequest: true, lock }),
    failOn: 'high',
    isLocked: true,
    files: {
      manifest: `${folder}package.json`,
      packageLock: { path: `${folder}package-lock.json`, sha256: '1'.repeat(64) },
      egressLock: {
        path: `${folder}egress.lock.json`,
        sha256: '2'.repeat(64),
        lines: lockLines(formatLock(lock)),
      },
    },
  };
}

export function connection(id: number, host: string, one: Partial<ConnectionEvent> = {}): ConnectionEvent {
  return {
    kind: 'connection',
    id,
    at: id * 10.5,
    actorId: 1,
    address: '198.51.100.7',
    port: 443,
    localPort: 40_000 + id,
    host,
    hostSource: 'sni',
    protocol: 'tls',
    resolvedNames: [host],
    bytesSent: 517,
    bytesReceived: 4096,
    verdict: 'allowed',
    failure: null,
    durationMs: 12.25,
    sni: host,
    alpn: ['h2'],
    ech: false,
    httpHost: null,
    tunnel: null,
    disagreements: [],
    ...one,
  };
}

const BASE_ROWS = [
  '(npm) install registry.example 443 tls',
  '@scope/native install gone.example - dns',
  '@scope/native install legacy.example 443 tls',
  '@scope/native install headers.example 80 http',
];

/**
 * A pull request that adds `left` below `right`, upgrades `@scope/native` and accepts its new port: `left` and a process
 * talk to places that nobody has accepted.
 */
export function sampleReview(): Review {
  const plain = record();
  const whole: RunRecord = {
    ...plain,
    events: [
      ...plain.events,
      connection(5, 'x.example', { actorId: 2, bytesReceived: 0, failure: 'ECONNRESET' }),
      connection(6, 'registry.example'),
      connection(7, 'closed.example', {
        failure: 'ECONNREFUSED',
        bytesReceived: 0,
        sni: null,
        durationMs: null,
      }),
      denied(8, 'icmp', '198.51.100.9'),
      denied(9, 'unix /run/docker.sock', null),
    ],
  };
  return reviewOf({
    records: [whole],
    base: lockOf(...BASE_ROWS),
    lock: lockOf(
      '(npm) install registry.example 443 tls',
      '@scope/native install gone.example - dns',
      '@scope/native install headers.example 443 tls',
      'quiet install quiet.example 443 tls',
    ),
    packages: {
      base: packageLock('@scope/native@4.0.0', 'right@1.0.0', 'quiet@1.0.0', 'old@1.0.0'),
      head: packageLock('@scope/native@5.0.0', 'right@1.0.0', 'quiet@1.0.0', 'left@1.2.4<right', 'up@1.0.0'),
    },
  });
}

/** A review in which one text stands for every name that somebody hostile may choose. */
export function hostileReview(text: string): Review {
  const plain = record();
  const by = attribution({
    actorId: 1,
    package: { name: text, version: text, location: `node_modules/${text}` },
    evidence: 'exec-lineage',
    lifecycle: text,
    script: text,
    why: [[text, text, text]],
  });
  const process = attribution({ actorId: 2, evidence: 'process-only' });
  const whole: RunRecord = {
    ...plain,
    run: { ...plain.run, phase: text, command: [text, text] },
    actors: [actor(1, [text, text]), actor(2, ['node', text])],
    attributions: new Map([
      [1, by],
      [2, process],
    ]),
    events: [
      query(1, text, { answers: [text], cnames: [text], type: text, rcode: text }),
      connection(2, text, { actorId: 2, failure: text, httpHost: text, alpn: [text] }),
      denied(3, text, text, 1),
    ],
    destinations: [
      destination(text, 443, { attributions: [by, process], failures: [text], bytesSent: 1 }),
      destination(`${text}.example`, null, { attributions: [by] }),
    ],
    capture: {
      ...plain.capture,
      verdict: 'partial',
      reasons: [{ code: 'gateway-lost', message: text }],
      survivors: [text],
    },
  };
  const row = { package: text, phase: text, host: text, port: 80, protocol: 'http' } as const;
  const packages = packageLock(`left@1.0.0`);
  return reviewOf({
    records: [whole],
    base: { lockVersion: 1, rows: [{ ...row, host: `gone.${text}` }] },
    lock: { lockVersion: 1, rows: [{ ...row, package: `${text}2` }] },
    packages: { base: packages, head: packages },
    label: text,
    folder: 'a b/c#d/',
    findings: [
      ...checkRun(whole, lockOf()),
      {
        rule: 'dga',
        severity: 'critical',
        destination: text,
        package: text,
        message: `says ${text}`,
        help: text,
      },
      {
        rule: 'beacon',
        severity: 'low',
        destination: null,
        package: null,
        message: `\`${text}\``,
        help: text,
      },
    ],
  });
}
