import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RULES, SEVERITIES, type Severity } from '../../../src/model/finding.js';
import { fold } from '../../../src/policy/detectors/fold.js';
import { ACCEPT } from '../../../src/policy/detectors/phrases.js';
import type { Sighting } from '../../../src/policy/detectors/sighting.js';

function sighting(rule: Sighting['rule'], covers: readonly string[], one: Partial<Sighting> = {}): Sighting {
  return {
    rule,
    grade: 'high',
    destination: covers[0] ?? null,
    package: 'left',
    message: rule,
    help: '',
    covers,
    ...one,
  };
}

const high = () => 'high' as const;

test('the same visit: the graver one, among equals the earlier rule', () => {
  const both = [sighting('new-destination', ['a']), sighting('risky-tld', ['a'])];
  expect(fold(both, high)).toMatchObject([{ rule: 'risky-tld', also: ['new-destination'] }]);
  const severity = ({ rule }: Sighting) => (rule === 'risky-tld' ? 'low' : 'high');
  expect(fold(both, severity)).toMatchObject([
    {
      rule: 'new-destination',
      severity: 'high',
      also: ['risky-tld'],
      message: 'new-destination; also risky-tld',
    },
  ]);
});

test('a pattern takes in whatever its names have raised, and is as grave as the gravest', () => {
  const all = [
    sighting('dns-tunnel', ['a', 'b']),
    sighting('threat-list', ['a']),
    sighting('new-destination', ['b']),
    sighting('new-destination', ['c']),
  ];
  const severity = ({ rule }: Sighting) =>
    rule === 'threat-list' ? 'critical' : rule === 'dns-tunnel' ? 'low' : 'high';
  expect(fold(all, severity)).toMatchObject([
    { rule: 'dns-tunnel', severity: 'critical', also: ['threat-list', 'new-destination'] },
    { rule: 'new-destination', destination: 'c' },
  ]);
});

test.for(['protocol-port-mismatch', 'sni-mismatch', 'encrypted-hello', 'volume-spike', 'beacon'] as const)(
  'a pattern of names does not explain what was spoken: %s',
  (rule) => {
    const all = [
      sighting('dns-tunnel', ['a', 'b']),
      sighting(rule, ['b']),
      sighting('new-destination', ['b']),
    ];
    const found = fold(all, high);
    expect(found.map((each) => [each.rule, each.also])).toEqual([
      ['dns-tunnel', ['new-destination']],
      [rule, undefined],
    ]);
  },
);

test('a wider sighting takes in what is routine, and leaves what is telling', () => {
  const all = [
    sighting('first-egress-of-package', ['a', 'b']),
    sighting('new-destination', ['a']),
    sighting('beacon', ['b']),
  ];
  expect(fold(all, high)).toMatchObject([
    { rule: 'first-egress-of-package', also: ['new-destination'] },
    { rule: 'beacon' },
  ]);
});

test('what is about the run stands for itself', () => {
  const all = [sighting('hook-lost', []), sighting('hook-lost', []), sighting('stale-entry', [])];
  expect(fold(all, high)).toHaveLength(3);
});

test('whatever is seen, each visit keeps a finding, and none is less grave than what it took in', () => {
  const one = fc.record({
    rule: fc.constantFrom(...RULES),
    covers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }),
    grade: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (list) => {
      const sightings = list.map(({ rule, covers, grade }) => sighting(rule, covers, { grade }));
      const severity = ({ rule, grade }: Sighting) =>
        SEVERITIES[(RULES.indexOf(rule) + (grade === 'high' ? 2 : 0)) % SEVERITIES.length]!;
      const found = fold(sightings, severity);
      const named = new Set(found.flatMap(({ rule, also = [] }) => [rule, ...also]));
      expect([...named].sort()).toEqual([...new Set(list.map(({ rule }) => rule))].sort());
      const rank = (value: Severity): number => SEVERITIES.indexOf(value);
      const worst = Math.max(-1, ...sightings.map((each) => rank(severity(each))));
      expect(Math.max(-1, ...found.map((each) => rank(each.severity)))).toBe(worst);
      expect(
        fold(sightings.toReversed(), severity)
          .map(({ rule }) => rule)
          .sort(),
      ).toEqual(found.map(({ rule }) => rule).sort());
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('what takes a refusal in says by which rule, and how to allow it in place of accepting', () => {
  const refusal = { reason: 'refused by `rule 1`', help: 'change that rule' };
  const all = [
    sighting('metadata-address', ['a'], { help: `look at it; ${ACCEPT}` }),
    sighting('blocked', ['a'], { refusal, help: refusal.help }),
    sighting('threat-list', ['b'], { help: 'look at it' }),
    sighting('blocked', ['b'], { refusal, help: refusal.help }),
    sighting('blocked', ['c'], { refusal, help: refusal.help }),
    sighting('new-destination', ['c'], { help: ACCEPT }),
  ];
  expect(fold(all, high)).toMatchObject([
    {
      rule: 'threat-list',
      message: 'threat-list; also blocked (refused by `rule 1`)',
      help: 'look at it; change that rule',
    },
    {
      rule: 'metadata-address',
      message: 'metadata-address; also blocked (refused by `rule 1`)',
      help: 'look at it; change that rule',
    },
    { rule: 'blocked', message: 'blocked; also new-destination', help: 'change that rule' },
  ]);
});
