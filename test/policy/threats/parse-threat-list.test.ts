import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { parseThreatList } from '../../../src/policy/threats/parse-threat-list.js';
import { connection } from '../rules/samples.js';

const hostsOf = (text: string): string[] => parseThreatList(text, 'a list').rules.map(({ host }) => host);
const both = (name: string): string[] => [name, `*.${name}`];

test.for([
  ['evil.example', both('evil.example')],
  ['  Evil.Example.  \r', both('evil.example')],
  ['evil.example # why', both('evil.example')],
  ['.evil.example', both('evil.example')],
  ['*.evil.example', ['*.evil.example']],
  ['bücher.example', both('xn--bcher-kva.example')],
  ['||evil.example^', both('evil.example')],
  ['||evil.example^$important', both('evil.example')],
  ['||*.evil.example^', ['*.evil.example']],
  ['||top^', both('top')],
  ['||192.0.2.7^', ['192.0.2.7']],
  ['0.0.0.0 evil.example', ['evil.example']],
  ['127.0.0.1\tevil.example other.example # why', ['evil.example', 'other.example']],
  [':: evil.example', ['evil.example']],
  ['127.0.0.1 localhost localhost.localdomain', []],
  ['::1 ip6-localhost ip6-loopback', []],
  ['0.0.0.0 0.0.0.0', []],
  ['192.0.2.7', ['192.0.2.7']],
  ['192.0.2.0/24 ; SBL1', ['192.0.2.0/24']],
  ['2001:DB8::/32', ['2001:db8::/32']],
  ['127.1', ['127.0.0.1']],
  ['', []],
  ['   ', []],
  ['# comment', []],
  ['! comment', []],
  ['; comment', []],
  ['[Adblock Plus 2.0]', []],
  ['[2001:db8::1]', ['2001:db8::1']],
] as const)('%j', ([line, hosts]) => {
  expect(hostsOf(line)).toEqual(hosts);
  expect(parseThreatList(line, 'a list').malformed.count).toBe(0);
});

test.for([
  'https://evil.example/x',
  'evil.example:443',
  'evil example',
  'evil.example,high',
  '@@||evil.example^',
  '||evil.example^$third-party',
  '||evil.example',
  '||evil.example/ads^',
  '||^',
  '||evil.example^ other.example',
  '/ads[0-9]/',
  '*',
  '*.*.example',
  '10.0.0.0/33',
  '10.0.0.0/8 evil.example',
  `${'a'.repeat(64)}.example`,
  'evil\0.example',
  'x'.repeat(5000),
])('%j is counted', (line) => {
  const list = parseThreatList(`good.example\n${line}\n`, 'a list');
  expect(list.malformed).toEqual({ count: 1, examples: [{ line: 2, text: line.trim().slice(0, 80) }] });
  expect(list.rules).toHaveLength(2);
});

test('rules block for everybody, and each host counts once', () => {
  const list = parseThreatList('evil.example\n||EVIL.example^\n0.0.0.0 evil.example\n', 'threat list x');
  expect(list.rules).toHaveLength(2);
  expect(list.rules[0]).toEqual({
    origin: 'threat list x',
    priority: 200,
    action: 'block',
    host: 'evil.example',
    ports: null,
    protocols: null,
    packages: null,
    phases: null,
  });
});

test('only the first malformed lines are kept', () => {
  const { malformed } = parseThreatList('a b\n'.repeat(1000), 'a list');
  expect(malformed.count).toBe(1000);
  expect(malformed.examples.map(({ line }) => line)).toEqual([1, 2, 3]);
});

test('100,000 lines are a policy', () => {
  const text = Array.from(
    { length: 100_000 },
    (_, index) => `host-${index}.evil-${index % 999}.example`,
  ).join('\n');
  const { rules, malformed } = parseThreatList(text, 'a list');
  const policy = createPolicy(rules);
  expect([rules.length, malformed.count]).toEqual([200_000, 0]);
  expect(policy.decide(connection('a.host-99999.evil-99.example')).action).toBe('block');
  expect(policy.decide(connection('host-100000.evil-100.example')).action).toBe('none');
});

test('is total, and loses no line: each gives hosts, is a comment, or is counted', () => {
  const word = fc.constantFrom(
    '||',
    '^',
    '$important',
    '*.',
    'evil.example',
    '0.0.0.0',
    ' ',
    '\t',
    '#',
    '!',
    '[',
    ']',
    '/24',
    'ü',
    '\0',
  );
  const line = fc.array(word, { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(line, (own) => {
      const { rules, malformed } = parseThreatList(own, 'a list');
      createPolicy(rules);
      const isComment = /^\s*(?:[#!;]|\[[^\]:]*\]\s*$|$)/.test(own);
      const isOwn = /^0\.0\.0\.0[ \t]+0\.0\.0\.0/.test(own.trim());
      if (!isComment && !isOwn) expect(rules.length > 0 || malformed.count > 0).toBe(true);
      if (malformed.count > 0) expect(rules).toEqual([]);
    }),
    { seed: 61, numRuns: 5000 },
  );
});
