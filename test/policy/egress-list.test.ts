import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostText } from '../../src/model/egress-list.js';
import type { LockRow } from '../../src/model/lock.js';
import type { PolicyRule } from '../../src/model/policy.js';
import { egressList, type ListSources } from '../../src/policy/egress-list.js';
import { isNeededWithoutDev, treeNames } from '../../src/policy/omit-dev.js';
import { PolicyError } from '../../src/policy/policy-error.js';
import { destination, query, record } from '../report/sample.js';

const row = (host: string, one: Partial<LockRow> = {}): LockRow => ({
  package: 'left',
  phase: 'install',
  host,
  port: 443,
  protocol: 'tls',
  ...one,
});

const rule = (host: string, one: Partial<PolicyRule> = {}): PolicyRule => ({
  origin: 'egresslock.config.yaml, rule 1',
  priority: 100,
  action: 'allow',
  host,
  ports: null,
  protocols: null,
  packages: null,
  phases: null,
  ...one,
});

const make = (one: Partial<ListSources>) =>
  egressList({ rows: [], rules: [], isOwn: () => true, records: [], phase: null, widen: false, ...one });
const texts = (one: Partial<ListSources>): string[] =>
  make(one).entries.map(
    ({ host, ports, protocol }) =>
      `${host.kind} ${hostText(host)} ${ports === null ? 'look-up' : `${ports.from}-${ports.to}`} ${protocol}`,
  );

test('rows are meant as they stand, rules as patterns', () => {
  expect(
    texts({
      rows: [row('*.x.example'), row('X.example'), row('127.1'), row('fe80::1%eth0'), row('a/b')],
      rules: [
        rule('*.y.example', { ports: [{ from: 8000, to: 8100 }], protocols: ['tls', 'http'] }),
        rule('192.0.2.0/24'),
        rule('seen.example', { ports: [] }),
        rule('*'),
        rule('other.example', { origin: 'profile npm' }),
      ],
      isOwn: ({ origin }) => origin.startsWith('egresslock.config.yaml'),
    }),
  ).toEqual([
    'all * 0-65535 null',
    'none *.x.example 443-443 tls',
    'below *.y.example 8000-8100 http',
    'below *.y.example 8000-8100 tls',
    'range 127.0.0.1 443-443 tls',
    'range 192.0.2.0/24 0-65535 null',
    'none a/b 443-443 tls',
    'none fe80::1%eth0 443-443 tls',
    'name seen.example look-up null',
    'name x.example 443-443 tls',
  ]);
});

test('a phase has its own rows and rules', () => {
  const rows = [row('a.example'), row('b.example', { phase: 'test' })];
  const rules = [rule('c.example', { phases: ['test'] }), rule('d.example', { phases: ['install'] })];
  expect(texts({ rows, rules, phase: 'test' })).toEqual([
    'name b.example 443-443 tls',
    'name c.example 0-65535 null',
  ]);
});

test('what a rule blocks is not in the list, and what it blocks within a wildcard is said', () => {
  const rules = [
    rule('bad.example', { action: 'block', origin: 'threat list x' }),
    rule('evil.y.example', { action: 'block', origin: 'threat list x' }),
    rule('*.y.example', { origin: 'egresslock.config.yaml, rule 2' }),
    rule('bad.example', { origin: 'egresslock.config.yaml, rule 3' }),
    rule('*', { action: 'block', priority: 900, origin: 'egresslock.config.yaml, rule 4' }),
  ];
  const { entries, omitted, widened } = make({ rows: [row('bad.example'), row('good.example')], rules });
  expect(entries.map(({ host }) => hostText(host))).toEqual(['*.y.example', 'good.example']);
  expect(omitted).toEqual([
    { what: 'threat list x blocks it before anything allows it', hosts: ['bad.example'] },
  ]);
  expect(widened).toEqual([{ what: 'it lets out hosts that threat list x blocks', hosts: ['*.y.example'] }]);
});

test('a wildcard stands for its hosts only where it is asked for', () => {
  const rows = ['b1', 'b2', 'b3'].map((label) => row(`${label}.store.example.com`));
  expect(texts({ rows })).toHaveLength(3);
  expect(texts({ rows, widen: true })).toEqual(['below *.store.example.com 443-443 tls']);
});

test('runs tell where names lead, as far as they were let', () => {
  const base = record();
  const seen = {
    ...base,
    events: [
      query(1, 'x.example', { cnames: ['Edge.example'], answers: ['203.0.113.5'], rcode: 'NOERROR' }),
      query(2, 'blocked.example', { verdict: 'blocked', answers: ['203.0.113.6'], rcode: 'NOERROR' }),
      query(4, 'Plain.example', { answers: ['203.0.113.8'], rcode: 'NOERROR' }),
      query(3, 'text.example', { type: 'TXT', answers: ['203.0.113.7'], rcode: 'NOERROR' }),
    ],
    destinations: [
      destination('x.example', 443, { addresses: ['2001:DB8::5'] }),
      destination('by-sni.example', 443, { addresses: ['203.0.113.9'] }),
    ],
  };
  const { resolutions } = make({ records: [seen] });
  expect([...resolutions]).toEqual([
    ['x.example', { cnames: ['edge.example'], addresses: ['2001:db8::5', '203.0.113.5'] }],
    ['plain.example', { cnames: [], addresses: ['203.0.113.8'] }],
    ['text.example', { cnames: [], addresses: [] }],
    ['by-sni.example', { cnames: null, addresses: ['203.0.113.9'] }],
  ]);
  expect([...make({ records: [seen], phase: 'no such phase' }).resolutions]).toEqual([]);
});

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { name: 'app' },
    'node_modules/left': {},
    'node_modules/@scope/tool': { dev: true },
    'node_modules/both': { dev: true },
    'node_modules/left/node_modules/both': {},
    'node_modules/maybe': { devOptional: true },
    'node_modules/alias': { name: 'real', dev: true },
    'node_modules/ws': { link: true, resolved: 'packages/ws', dev: true },
    'packages/ws': { name: '@own/ws' },
  },
});

test.each([
  ['app', 'test', true],
  ['left', 'test', true],
  ['@scope/tool', 'test', false],
  ['both', 'test', true],
  ['maybe', 'test', true],
  ['real', 'test', false],
  ['@own/ws', 'test', true],
  ['stranger', 'test', true],
  ['(npm)', 'install', true],
  ['(npm)', 'test', false],
  ['(process)', 'test', true],
  ['(process) curl', 'test', true],
])('without dev dependencies, a row of %s in phase %s: %s', (name, phase, isNeeded) => {
  expect(isNeededWithoutDev(row('x.example', { package: name, phase }), treeNames(LOCK))).toBe(isNeeded);
});

test.each(['', '{', '[]', '{"lockfileVersion":1,"dependencies":{}}', '{"packages":[]}', 'null'])(
  'a package lock %j is refused',
  (text) => {
    expect(() => treeNames(text)).toThrow(PolicyError);
  },
);

test('strange entries of a package lock are no dev dependencies', () => {
  const strange =
    '{"packages":{"__proto__":{"dev":true},"node_modules/x":null,"node_modules/y":{"dev":"yes"}}}';
  expect([...treeNames(strange).dev]).toEqual(['__proto__']);
});

test('reading a package lock ends with names or with a typed error, whatever it is', () => {
  const entries = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.record({ dev: fc.boolean() })));
  const locks = fc.oneof(
    fc.string(),
    fc.json(),
    entries.map((packages) => JSON.stringify({ packages })),
  );
  fc.assert(
    fc.property(locks, (text) => {
      try {
        const { runtime, dev } = treeNames(text);
        for (const name of dev) expect(runtime.has(name)).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(PolicyError);
      }
    }),
    { seed: 20_261_125, numRuns: 500 },
  );
});
