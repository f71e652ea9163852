import { describe, expect, test } from 'vitest';
import type { PolicyRule, Question, Speaker } from '../../../src/model/policy.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { connection, lookUp, rule } from './samples.js';

const decide = (rules: readonly Partial<PolicyRule>[], question: Question): string =>
  createPolicy(rules.map(rule)).decide(question).action;

describe('hosts', () => {
  test.for([
    { host: 'x.example', covers: ['x.example', 'X.EXAMPLE.'], not: ['a.x.example', 'xx.example', 'example'] },
    {
      host: '*.x.example',
      covers: ['a.x.example', 'A.b.c.X.example.', '_a.x.example'],
      not: ['x.example', 'ax.example', 'x.example.test'],
    },
    {
      host: '*.Bücher.example',
      covers: ['a.xn--bcher-kva.example', 'ä.bücher.example'],
      not: ['bücher.example'],
    },
    { host: '*', covers: ['x.example', 'localhost', '198.51.100.7', '2001:db8::7'], not: [] },
    {
      host: '127.0.0.1',
      covers: ['127.0.0.1', '127.1', '0x7f.1', '2130706433', '0177.1', '::ffff:127.0.0.1', '[::ffff:7f00:1]'],
      not: ['127.0.0.2', '1.0.0.127', '::1', '127.0.0.1.example', '127.0.0.1.1'],
    },
    { host: '0x7f.1', covers: ['127.0.0.1'], not: ['0.0.0.1'] },
    { host: '198.51.100.0/25', covers: ['198.51.100.0', '198.51.100.127'], not: ['198.51.100.128', '::'] },
    { host: '198.51.100.77/25', covers: ['198.51.100.0', '198.51.100.127'], not: ['198.51.100.128'] },
    {
      host: '0.0.0.0/0',
      covers: ['0.0.0.0', '255.255.255.255', '::ffff:1.2.3.4'],
      not: ['::1', 'x.example'],
    },
    { host: '::/0', covers: ['::', 'ffff::1', 'fe80::1%eth0'], not: ['1.2.3.4', '::ffff:1.2.3.4'] },
    { host: '::ffff:10.0.0.0/104', covers: ['10.1.2.3'], not: ['11.1.2.3', '::ffff:0:1'] },
    { host: '2001:db8::/33', covers: ['2001:db8:7fff::1'], not: ['2001:db8:8000::'] },
    { host: '2001:db8::/127', covers: ['2001:db8::', '2001:db8:0::1'], not: ['2001:db8::2'] },
    { host: '2001:db8::1', covers: ['2001:0DB8::0001', '[2001:db8::1]'], not: ['2001:db8::2'] },
  ])('$host', ({ host, covers, not }) => {
    const policy = createPolicy([rule({ host })]);
    const action = (name: string): string => policy.decide(connection(name)).action;
    expect(covers.filter((name) => action(name) !== 'allow')).toEqual([]);
    expect(not.filter((name) => action(name) !== 'none')).toEqual([]);
  });

  test.for([
    'x.example\0',
    'x.example\r\n',
    ' x.example',
    'x .example',
    'evil\\.x.example',
    'a\\000.x.example',
    `${'a'.repeat(64)}.x.example`,
    `${'a.'.repeat(125)}x.example`,
    '*.x.example',
    '',
    'a..x.example',
    'x.example/',
    'u@x.example',
    '127.0.0.256',
  ])('what is no host, as %j, is let pass by no rule', (host) => {
    const rules = ['x.example', '*.x.example', '*', host].map((own) => ({ host: own }));
    expect(decide(rules, connection(host))).toBe('none');
    expect(decide([{ host: '*', action: 'alert' }], connection(host))).toBe('none');
    expect(decide([{ host: '*', action: 'block', priority: 900 }, ...rules], connection(host))).toBe('block');
  });

  test.for([
    '',
    '*.',
    '*x.example',
    'a.*.example',
    '*.127.1',
    '10.0.0.0/33',
    'x.example/8',
    '10.0.0.0/-1',
    '::/129',
  ])('a block rule for %j is refused, an allow rule matches nothing', (host) => {
    expect(() => createPolicy([rule({ host, action: 'block', origin: 'a file, rule 3' })])).toThrow(
      /^a file, rule 3: expected a name/,
    );
    expect(decide([{ host }], connection(host))).toBe('none');
  });
});

describe('which rule decides', () => {
  test('the lowest number, wherever it is found', () => {
    const rules = [
      { host: '*', action: 'block', priority: 3 },
      { host: '*.example', priority: 2 },
      { host: 'x.example', action: 'alert', priority: 1 },
    ] as const;
    expect(decide(rules, connection('x.example'))).toBe('alert');
    expect(decide(rules, connection('y.example'))).toBe('allow');
    expect(decide(rules, connection('y.test'))).toBe('block');
  });

  test('among equals block before alert before allow, then the one that is written first', () => {
    const allow = { origin: 'allow' };
    const alert = { origin: 'alert', action: 'alert', host: '*' } as const;
    const block = { origin: 'block', action: 'block', host: '*.example' } as const;
    const origin = (...rules: Partial<PolicyRule>[]): string | undefined =>
      createPolicy(rules.map(rule)).decide(connection('x.example')).rule?.origin;
    expect(origin(allow, alert, block)).toBe('block');
    expect(origin(allow, alert)).toBe('alert');
    expect(origin(allow, { origin: 'second' })).toBe('allow');
    expect(origin({ origin: 'wide', host: '*' }, allow)).toBe('wide');
  });

  test('a rule that was not made with the policy changes nothing', () => {
    const rules = [rule({})];
    const policy = createPolicy(rules);
    rules.push(rule({ action: 'block', priority: 0 }));
    expect(policy.decide(connection('x.example')).action).toBe('allow');
  });
});

describe('what a rule asks beside the host', () => {
  test('ports, both ends of a range', () => {
    const ports = [
      { from: 443, to: 443 },
      { from: 8000, to: 8010 },
    ];
    const allowed = [0, 442, 443, 444, 7999, 8000, 8010, 8011].filter(
      (port) => decide([{ ports }], connection('x.example', { port })) === 'allow',
    );
    expect(allowed).toEqual([443, 8000, 8010]);
  });

  test('protocol and phase', () => {
    const rules = [{ protocols: ['tls', 'http'], phases: ['install'] }] as const;
    expect(decide(rules, connection('x.example'))).toBe('allow');
    expect(decide(rules, connection('x.example', { protocol: 'ssh' }))).toBe('none');
    expect(decide(rules, connection('x.example', { phase: 'test' }))).toBe('none');
  });

  test.for([
    { speaker: { kind: 'one', name: 'left' }, left: 'allow', nobody: 'allow' },
    { speaker: { kind: 'one', name: 'right' }, left: 'none', nobody: 'allow' },
    { speaker: { kind: 'any' }, left: 'allow', nobody: 'allow' },
    { speaker: { kind: 'doubtful' }, left: 'none', nobody: 'allow' },
    { speaker: { kind: 'unknown' }, left: 'none', nobody: 'none' },
  ] as const)('packages, asked by $speaker', ({ speaker, left, nobody }) => {
    expect(decide([{ packages: ['(npm)', 'left'] }], connection('x.example', { speaker }))).toBe(left);
    expect(decide([{ packages: null }], connection('x.example', { speaker }))).toBe(nobody);
    expect(decide([{ packages: [] }], connection('x.example', { speaker: { kind: 'one', name: '' } }))).toBe(
      'none',
    );
  });

  test('what a rule forbids to a package is forbidden to whoever may be it', () => {
    const decideFor = (speaker: Speaker) =>
      decide([{ action: 'block', packages: ['left'] }], connection('x.example', { speaker }));
    expect(decideFor({ kind: 'one', name: 'right' })).toBe('none');
    for (const kind of ['any', 'doubtful', 'unknown'] as const) expect(decideFor({ kind })).toBe('block');
  });
});

describe('what is not known yet', () => {
  const ports = [{ from: 443, to: 443 }];

  test('a rule for a connection allows its look-up, whatever protocol the look-up is said to have', () => {
    expect(decide([{ ports, protocols: ['tls'] }], lookUp('x.example'))).toBe('allow');
    expect(decide([{ ports, protocols: ['tls'] }], lookUp('x.example', { protocol: 'dns' }))).toBe('allow');
    expect(decide([{ ports, protocols: ['tls'] }], lookUp('y.example'))).toBe('none');
  });

  test('a rule for look-ups alone', () => {
    for (const action of ['allow', 'block'] as const) {
      expect(decide([{ action, ports: [] }], lookUp('x.example'))).toBe(action);
      expect(decide([{ action, ports: [] }], connection('x.example'))).toBe('none');
      expect(decide([{ action, ports: [] }], connection('x.example', { port: 0, protocol: null }))).toBe(
        'none',
      );
    }
  });

  test('a block rule for a port or a protocol blocks once it is known', () => {
    const block = { action: 'block', ports, protocols: ['http'] } as const;
    const rules = [{ ...block, priority: 1 }, {}];
    expect(decide(rules, lookUp('x.example'))).toBe('allow');
    expect(decide(rules, connection('x.example', { protocol: null }))).toBe('allow');
    expect(decide(rules, connection('x.example', { protocol: 'http' }))).toBe('block');
    expect(decide(rules, connection('x.example', { protocol: 'tls' }))).toBe('allow');
    expect(decide([block], lookUp('x.example'))).toBe('none');
  });

  test('an alert rule that only may match lets pass before a later block, and alerts once it matches', () => {
    const rules = [
      { action: 'alert', ports, protocols: ['ssh'], priority: 1 },
      { action: 'block', priority: 2 },
    ] as const;
    expect(decide(rules, lookUp('x.example'))).toBe('allow');
    expect(decide(rules, connection('x.example', { protocol: null }))).toBe('allow');
    expect(decide(rules, connection('x.example', { protocol: 'ssh' }))).toBe('alert');
    expect(decide(rules, connection('x.example', { protocol: 'tls' }))).toBe('block');
    expect(decide(rules, connection('x.example', { port: 22, protocol: null }))).toBe('block');
  });

  test('a block rule for the whole host blocks the look-up', () => {
    expect(decide([{ action: 'block', priority: 1 }, {}], lookUp('x.example'))).toBe('block');
  });
});
