import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Finding, RULES, SEVERITIES, type Severity } from '../../../src/model/finding.js';
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

/** One whose message is its visits, those alone that are left. */
function listing(rule: Sighting['rule'], covers: readonly string[], one: Partial<Sighting> = {}): Sighting {
  const textOf = (keys: readonly string[]) => ({
    destination: keys.length === 1 ? keys[0]! : null,
    message: keys.join(' '),
  });
  const narrowed: Sighting['narrowed'] = (kept) => textOf(covers.filter((key) => kept.has(key)));
  return sighting(rule, covers, { ...textOf(covers), narrowed, ...one });
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
    { rule: 'new-destination', destination: 'c' },
    { rule: 'dns-tunnel', severity: 'critical', also: ['threat-list', 'new-destination'] },
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
      ['dns-tunnel', undefined],
      [rule, ['dns-tunnel', 'new-destination']],
    ]);
  },
);

test('a pattern stays where something was spoken at all its names, and goes where they are all of graver patterns', () => {
  const spoken = [sighting('dga', ['a', 'b']), sighting('beacon', ['a']), sighting('beacon', ['b'])];
  expect(fold(spoken, high)).toMatchObject([
    { rule: 'dga' },
    { rule: 'beacon', also: ['dga'] },
    { rule: 'beacon', also: ['dga'] },
  ]);
  const tunnels = [sighting('dga', ['a', 'b']), sighting('dns-tunnel', ['a']), sighting('dns-tunnel', ['b'])];
  expect(fold(tunnels, high)).toMatchObject([
    { rule: 'dns-tunnel', destination: 'a', also: ['dga'] },
    { rule: 'dns-tunnel', destination: 'b', also: ['dga'] },
  ]);
});

test('a wider sighting takes in what is routine, and loses the places of which more is told', () => {
  const all = [
    listing('first-egress-of-package', ['a', 'b', 'c']),
    sighting('new-destination', ['a']),
    sighting('new-destination', ['b']),
    sighting('beacon', ['b']),
  ];
  expect(fold(all, high)).toMatchObject([
    { rule: 'beacon', destination: 'b', also: ['new-destination', 'first-egress-of-package'] },
    { rule: 'first-egress-of-package', message: 'a c; also new-destination', also: ['new-destination'] },
  ]);
});

test('a wider sighting with one place left is one of those about that place; with none it goes', () => {
  const all = [
    listing('first-egress-of-package', ['a', 'b']),
    sighting('beacon', ['b']),
    sighting('new-destination', ['a']),
  ];
  expect(fold(all, high)).toMatchObject([
    { rule: 'beacon', destination: 'b', also: ['first-egress-of-package'] },
    { rule: 'new-destination', destination: 'a', also: ['first-egress-of-package'] },
  ]);
  expect(fold(all.slice(0, 2), high)).toMatchObject([
    { rule: 'beacon', destination: 'b' },
    { rule: 'first-egress-of-package', destination: 'a', message: 'a' },
  ]);
  expect(fold([...all, sighting('risky-tld', ['a'])], high)).toHaveLength(2);
});

test('what is routine but graver than the wider one keeps its place, and none is less grave than what it took in', () => {
  const all = [
    listing('first-egress-of-package', ['a', 'b', 'c']),
    sighting('direct-address', ['a']),
    sighting('risky-tld', ['b']),
  ];
  const severity = ({ rule }: Sighting) =>
    rule === 'direct-address' ? 'critical' : rule === 'risky-tld' ? 'low' : 'high';
  expect(fold(all, severity)).toMatchObject([
    { rule: 'direct-address', severity: 'critical', destination: 'a' },
    { rule: 'first-egress-of-package', severity: 'high', destination: 'c' },
    { rule: 'risky-tld', severity: 'high', destination: 'b' },
  ]);
});

test('what is about the run stands for itself', () => {
  const all = [sighting('hook-lost', []), sighting('hook-lost', []), sighting('stale-entry', [])];
  expect(fold(all, high)).toHaveLength(3);
});

test('whatever is seen, each visit stands in one finding, with all that was seen of it and no less grave', () => {
  const one = fc.record({
    rule: fc.constantFrom(...RULES),
    covers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }),
    grade: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  });
  const severity = ({ rule, grade }: Sighting) =>
    SEVERITIES[(RULES.indexOf(rule) + (grade === 'high' ? 2 : 0)) % SEVERITIES.length]!;
  const rank = (value: Severity): number => SEVERITIES.indexOf(value);
  const isPattern = ({ rule }: Pick<Finding, 'rule'>): boolean => rule === 'dns-tunnel' || rule === 'dga';
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (list) => {
      const sightings = list.map(({ rule, covers, grade }, index) =>
        listing(rule, covers, { grade, package: `${index}` }),
      );
      const found = fold(sightings, severity);
      for (const visit of new Set(list.flatMap(({ covers }) => covers))) {
        const seen = sightings.filter(({ covers }) => covers.includes(visit));
        const names = found.filter(({ message }) => message.split(';')[0]!.split(' ').includes(visit));
        const told = names.filter((each) => !isPattern(each));
        expect(told.length).toBeLessThanOrEqual(1);
        const [owner] = [...told, ...names];
        expect([owner!.rule, ...(owner!.also ?? [])]).toEqual(
          expect.arrayContaining(seen.map(({ rule }) => rule)),
        );
        expect(rank(owner!.severity)).toBeGreaterThanOrEqual(
          Math.max(...seen.map((each) => rank(severity(each)))),
        );
      }
      const byText = (all: readonly Finding[]) => all.map((each) => JSON.stringify(each)).sort();
      expect(byText(fold(sightings.toReversed(), severity))).toEqual(byText(found));
    }),
    { seed: 5, numRuns: 1000 },
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
