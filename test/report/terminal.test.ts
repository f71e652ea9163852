import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';
import { checkRun } from '../../src/policy/check.js';
import { terminalReport } from '../../src/report/terminal.js';
import { cellsOf } from '../../src/report/width.js';
import {
  attribution,
  denied,
  destination,
  left,
  native,
  newForCurl,
  newLeft,
  npm,
  record,
  stale,
} from './sample.js';

const plain = { colour: false, width: 100, lockPresent: true };
const hostile = 'a\u001b[2J\u202e\u2028\u200b\ud800\u0085\nb';

const hostileRecord: RunRecord = record({
  run: { ...record().run, command: ['npm', `run ${hostile}`], phase: hostile },
  capture: {
    ...record().capture,
    verdict: 'partial',
    reasons: [{ code: 'witness-lost', message: hostile }],
    survivors: [hostile],
    hook: null,
  },
  events: [denied(1, hostile, hostile, 1)],
  destinations: [
    destination(hostile, 443, {
      failures: [hostile],
      attributions: [
        {
          ...left,
          package: { name: hostile, version: hostile, location: hostile },
          lifecycle: hostile,
          why: [['app', hostile]],
        },
      ],
    }),
  ],
  findings: [
    { ...newLeft, message: hostile, help: hostile, destination: `${hostile}:443/tls`, package: hostile },
  ],
});

const newRecord = record({ findings: [newForCurl, newLeft] });

const blockedRecord: RunRecord = record({
  run: { ...record().run, mode: 'enforce' },
  destinations: [
    destination('x.example', 443, { verdict: 'blocked', failures: ['ECONNREFUSED'], attributions: [left] }),
  ],
  findings: [
    {
      ...newLeft,
      rule: 'blocked',
      message:
        'blocked `x.example:443/none` by `left@1.2.4` (1 attempt): no rule allows it; also new-destination',
      also: ['new-destination'],
    },
  ],
});

const counts = { dnsQueries: 0, connections: 0, datagramFlows: 0, denied: 0, execs: 1, unattributed: 0 };
const nothing = { ...record().capture, counts };

describe('golden', () => {
  const golden: [string, RunRecord, typeof plain][] = [
    ['first-run', record(), { ...plain, lockPresent: false }],
    ['nothing-new', record(), plain],
    ['new', newRecord, plain],
    ['new-colour', newRecord, { ...plain, colour: true }],
    ['new-narrow', newRecord, { ...plain, width: 48 }],
    [
      'no-destination',
      record({ destinations: [], events: [], actors: [], attributions: new Map(), capture: nothing }),
      plain,
    ],
    ['stale', record({ findings: [stale('a.example')] }), plain],
    ['hostile', hostileRecord, plain],
    ['blocked', blockedRecord, plain],
    [
      'partial',
      record({
        run: { ...record().run, exitCode: null, durationMs: null },
        capture: {
          verdict: 'partial',
          backend: 'namespaces',
          reasons: [
            { code: 'killed', message: 'egresslock was killed before the command ended' },
            { code: 'unattributed-events', message: '1 of 17 events has no actor' },
          ],
          counts: { dnsQueries: 12, connections: 5, datagramFlows: 2, denied: 3, execs: 4, unattributed: 1 },
          survivors: ['node daemon.js --port 4000'],
          hook: null,
        },
        events: [
          denied(1, 'icmp', '198.51.100.1'),
          denied(2, 'icmp', '198.51.100.1'),
          denied(3, 'socket AF_PACKET', null),
        ],
        destinations: [
          destination('198.51.100.9', 4444, { transport: 'udp', protocol: 'unknown', bytesSent: 12 }),
          destination('2001:db8::1', 22, {
            protocol: 'ssh',
            verdict: 'blocked',
            attributions: [{ ...left, evidence: 'stack' }],
          }),
        ],
        findings: [
          {
            ...newLeft,
            rule: 'capture-incomplete',
            destination: null,
            package: null,
            message: 'the capture is partial',
          },
          {
            ...newLeft,
            rule: 'direct-address',
            destination: '[2001:db8::1]:22/ssh',
            message: 'address without a name `[2001:db8::1]:22/ssh` by `left@1.2.4`',
          },
        ],
      }),
      plain,
    ],
  ];
  test.each(golden)('%s', async (name, input, options) => {
    await expect(terminalReport(input, options)).toMatchFileSnapshot(`golden/terminal-${name}.txt`);
  });
});

test('what is new stands first and is marked only for the package that the finding names', () => {
  const seen = record({
    destinations: [destination('x.example', 443, { attributions: [left, native, npm] })],
    findings: [{ ...newLeft, rule: 'new-package-for-destination', package: '@scope/native@5.0.0' }],
  });
  const lines = terminalReport(seen, plain).split('\n').slice(3, 9);
  expect(lines.map((line) => line.slice(0, 18).trim())).toEqual([
    '@scope/native@5.0.',
    'NEW  x.example:443',
    'left@1.2.4 (postin',
    'x.example:443',
    'npm (package manag',
    'x.example:443',
  ]);
});

test('a destination that the lock has for nobody is new for all who went there', () => {
  const destinations = [destination('x.example', 443, { attributions: [left, npm] })];
  expect(terminalReport(record({ destinations, findings: [newLeft] }), plain).match(/^NEW/gm)).toHaveLength(
    2,
  );
});

test('a finding without a package marks whatever is not a package', () => {
  const marked = terminalReport(record({ findings: [newForCurl] }), plain)
    .split('\n')
    .filter((line) => line.startsWith('NEW'));
  expect(marked).toHaveLength(2);
});

test("the policy's own findings mark the rows, with an IPv6 address and a name only looked up", () => {
  const seen = record({
    destinations: [
      destination('2001:db8::1', 22, { attributions: [left] }),
      destination('known.example', 443, { attributions: [npm] }),
      destination('up.example', null, { failures: ['NXDOMAIN'], attributions: [npm] }),
    ],
  });
  const rows = [
    { package: '(npm)', phase: 'install', host: 'known.example', port: 443, protocol: 'tls' as const },
  ];
  const findings = checkRun(seen, { lockVersion: 1, rows });
  const marked = terminalReport({ ...seen, findings }, plain).match(/^NEW .*$/gm) ?? [];
  expect(marked.map((line) => line.split(/ +/)[1])).toEqual(['[2001:db8::1]:22', 'up.example']);
  const without = { ...seen, findings: checkRun(seen, null) };
  expect(terminalReport(without, { ...plain, lockPresent: false })).not.toMatch(/^NEW/m);
});

test('a finding that fits no package of its destination still marks the destination', () => {
  const odd = record({ findings: [{ ...newForCurl, package: 'somebody@1.0.0' }] });
  expect(terminalReport(odd, plain).match(/^NEW/gm)).toHaveLength(2);
});

test('a flood is counted, not printed, and no new one is hidden by known ones', () => {
  const flood = Array.from({ length: 20_000 }, (_, index) =>
    destination(`h${index}.example`, 443, { attributions: [npm] }),
  );
  const last = destination('z.example', 443, { attributions: [npm] });
  const findings = [{ ...newLeft, destination: 'z.example:443/tls', package: null }];
  const text = terminalReport(record({ destinations: [...flood, last], findings }), plain);
  expect(text).toContain('NEW  z.example:443');
  expect(text).toContain('and 19992 more');
  expect(text.split('\n').length).toBeLessThan(30);
  const all = flood.map((to) => ({ ...newLeft, destination: `${to.host}:443/tls`, package: null }));
  expect(
    terminalReport(record({ destinations: flood, findings: all }), plain).split('\n').length,
  ).toBeLessThan(140);
});

test('many known groups and stale rows are counted', () => {
  const destinations = Array.from({ length: 30 }, (_, index) =>
    destination(`h${index}.example`, 443, {
      attributions: [
        attribution({
          actorId: 2,
          evidence: 'exec-lineage',
          package: { name: `p${index}`, version: '1.0.0', location: '' },
        }),
      ],
    }),
  );
  const findings = ['a', 'b', 'c', 'd'].map((name) => stale(`${name}.example`));
  const text = terminalReport(record({ destinations, findings }), plain);
  expect(text).toContain('and 10 destinations of others');
  expect(text).toContain('4 rows of the lock were not seen');
});

describe('next', () => {
  const next = (one: Partial<RunRecord>, lockPresent = true) =>
    /^next: (.*(?:\n {6}.*)*)$/m
      .exec(terminalReport(record(one), { ...plain, lockPresent }))?.[1]
      ?.replace(/\s+/g, ' ');
  const finding = (destinationLabel: string | null, name: string | null) => ({
    findings: [{ ...newLeft, destination: destinationLabel, package: name }],
  });

  test.each([
    ['x.example:443/tls', 'egresslock explain x.example; if it is meant: egresslock accept'],
    ['x.example', 'egresslock explain x.example; if it is meant: egresslock accept'],
    ['[2001:db8::1]:22/ssh', 'egresslock explain 2001:db8::1; if it is meant: egresslock accept'],
  ])('%s', (label, expected) => {
    expect(next(finding(label, null))).toBe(expected);
  });

  test.each([
    '$(reboot).example:443/tls',
    '-rf.example:443/tls',
    'a b:1/tls',
    '`x`:1/tls',
    'x;y:1/tls',
    "a'b:1/tls",
  ])('never asks a person to type %s', (label) => {
    expect(next(finding(label, null))).toBe(
      'egresslock show 20260102T030405678-9abcdef0; if it is meant: egresslock accept',
    );
  });

  test('a contradiction asks for the package, and never for an accept', () => {
    const findings = [
      {
        ...newLeft,
        rule: 'identity-contradiction' as const,
        destination: null,
        package: '@scope/left@1.2.4',
      },
    ];
    expect(next({ findings }, false)).toBe('egresslock explain @scope/left');
  });

  test('an incomplete capture comes before all else', () => {
    const partial = (code: 'killed' | 'journal-failed' | 'gateway-lost') =>
      next({
        findings: [newLeft],
        capture: { ...record().capture, verdict: 'partial', reasons: [{ code, message: 'x' }] },
      });
    expect(partial('killed')).toContain('to its end');
    expect(partial('journal-failed')).toContain('room for the database');
    expect(partial('gateway-lost')).toContain('egresslock doctor');
  });

  test('without a lock', () => {
    expect(next({}, false)).toBe('egresslock accept writes the lock from this run; commit it');
    expect(next({ run: { ...record().run, exitCode: 1 } }, false)).toMatch(/^once the command succeeds/);
  });
});

test('no line is wider than asked, no hostile character gets through, whatever a run holds', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 90 }),
    fc.constantFrom(hostile, '日本語'.repeat(30), 'x'.repeat(300)),
  );
  const arbitrary = fc.record({
    host: text,
    name: text,
    version: fc.option(text, { nil: null }),
    chain: fc.array(text, { maxLength: 6 }),
    message: text,
    width: fc.integer({ min: -1, max: 200 }),
    port: fc.option(fc.integer({ min: 0, max: 65535 }), { nil: null }),
  });
  fc.assert(
    fc.property(arbitrary, ({ host, name, version, chain, message, width, port }) => {
      const who = { ...left, package: { name, version, location: name }, lifecycle: message, why: [chain] };
      const run = { ...record().run, command: [name], phase: message };
      const capture = {
        ...record().capture,
        survivors: [message],
        hook: null,
        reasons: [{ code: 'killed' as const, message }],
      };
      const findings = [
        { ...newLeft, destination: port === null ? host : `${host}:${port}/tls`, message, help: message },
      ];
      const destinations = [destination(host, port, { failures: [message], attributions: [who] })];
      const events = [denied(1, message, host, port)];
      const shown = terminalReport(record({ run, capture, findings, destinations, events }), {
        ...plain,
        width,
      });
      for (const line of shown.split('\n')) expect(cellsOf(line)).toBeLessThanOrEqual(Math.max(40, width));
      expect(shown).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u00a0\u3164]/u);
      expect(shown.endsWith('\n')).toBe(true);
      expect(shown).toMatch(/^NEW /m);
    }),
    { seed: 20_260_102, numRuns: 400 },
  );
});

test('order of input does not matter', () => {
  const turned: RunRecord = {
    ...newRecord,
    destinations: newRecord.destinations.toReversed(),
    findings: newRecord.findings.toReversed(),
  };
  expect(terminalReport(turned, plain)).toBe(terminalReport(newRecord, plain));
});
