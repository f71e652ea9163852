import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { ACTIONS, type PolicyRule, type Question } from '../../../src/model/policy.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';

/** Small alphabets, so that rules and questions meet often. */
const NAMES = ['a', 'x.a', 'y.a', 'b.x.a', 'xx.a', 'x.a.b', '_s.x.a', 'xn--tda.a'];
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.128.0.1',
  '192.0.2.1',
  '2001:db8::1',
  '2001:db8::2',
  'fe80::1',
];
const PACKAGES = ['left', 'right', '(npm)'];
const PROTOCOLS = ['tls', 'http', 'none'] as const;
const PHASES = ['install', 'test'];
const PORTS = [0, 80, 443, 65_535];

const some = <T>(values: readonly T[]): fc.Arbitrary<T[] | null> =>
  fc.option(fc.subarray([...values]), { freq: 2 });

const range = fc.oneof(
  fc
    .tuple(fc.constantFrom('10.0.0.1', '192.0.2.1'), fc.integer({ min: 0, max: 32 }))
    .map(([base, length]) => `${base}/${length}`),
  fc
    .tuple(fc.constantFrom('2001:db8::1', 'fe80::1'), fc.integer({ min: 0, max: 128 }))
    .map(([base, length]) => `${base}/${length}`),
);

const rules = fc.array(
  fc.record({
    origin: fc.string(),
    priority: fc.integer({ min: 0, max: 3 }),
    action: fc.constantFrom(...ACTIONS),
    host: fc.oneof(
      fc.constant('*'),
      fc.constantFrom(...NAMES, ...ADDRESSES),
      fc.constantFrom(...NAMES).map((name) => `*.${name}`),
      range,
    ),
    ports: fc.option(
      fc.array(
        fc
          .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
          .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
        { maxLength: 2 },
      ),
    ),
    protocols: some(PROTOCOLS),
    packages: some(PACKAGES),
    phases: some(PHASES),
  }),
  { maxLength: 12 },
);

/** Another spelling of the same host. */
const spelled = (host: string): fc.Arbitrary<string> =>
  ipaddr.isValid(host)
    ? fc.constantFrom(
        host,
        host.toUpperCase(),
        ...(host.includes(':') ? [`[${host}]`] : [`::ffff:${host}`, `${host}.`]),
      )
    : fc.constantFrom(host, host.toUpperCase(), `${host}.`, host.replace('xn--tda', 'ü'));

const question = fc.constantFrom(...NAMES, ...ADDRESSES).chain((host) =>
  fc.record({
    host: fc.constant(host),
    asked: fc.record({
      phase: fc.constantFrom(...PHASES),
      speaker: fc.oneof(
        fc.constantFrom(...PACKAGES).map((name) => ({ kind: 'one' as const, name })),
        fc.constantFrom(
          { kind: 'any' as const },
          { kind: 'unknown' as const },
          { kind: 'doubtful' as const },
        ),
      ),
      host: spelled(host),
      port: fc.option(fc.constantFrom(...PORTS), { freq: 3 }),
      protocol: fc.option(fc.constantFrom(...PROTOCOLS), { freq: 3 }),
    }),
  }),
);

test('decides as a reading of all rules, one after the other, does', () => {
  let decided = 0;
  fc.assert(
    fc.property(rules, fc.array(question, { minLength: 1, maxLength: 5 }), (all, questions) => {
      const policy = createPolicy(all);
      for (const { host, asked } of questions) {
        const expected = oracle(all, host, asked);
        expect(policy.decide(asked)).toEqual(expected);
        if (expected.rule !== null) decided += 1;
      }
    }),
    { seed: 21, numRuns: 5000 },
  );
  expect(decided).toBeGreaterThan(4000);
});

/** Every way in which the unknown may turn out is gone through. */
function oracle(
  all: readonly PolicyRule[],
  host: string,
  asked: Question,
): ReturnType<ReturnType<typeof createPolicy>['decide']> {
  const order = ['block', 'alert', 'allow'];
  const ordered = all
    .map((rule, place) => ({ rule, place }))
    .sort(
      (a, b) =>
        a.rule.priority - b.rule.priority ||
        order.indexOf(a.rule.action) - order.indexOf(b.rule.action) ||
        a.place - b.place,
    );
  for (const { rule } of ordered) {
    if (!covers(rule.host, host)) continue;
    if (rule.phases !== null && !rule.phases.includes(asked.phase)) continue;
    const { speaker } = asked;
    const isForAll = rule.packages === null && speaker.kind !== 'unknown';
    const isNamed = speaker.kind === 'one' && rule.packages?.includes(speaker.name) === true;
    const mayBeMeant = speaker.kind === 'any' || (speaker.kind !== 'one' && rule.action === 'block');
    const speaks = isForAll || isNamed || mayBeMeant;
    if (!speaks) continue;
    const outcomes = outcomesOf(asked).map(
      ({ port, protocol }) =>
        (port === null
          ? rule.ports === null || rule.ports.length === 0
          : rule.ports === null || rule.ports.some(({ from, to }) => port >= from && port <= to)) &&
        (rule.protocols === null ||
          (port === null && rule.ports?.length === 0) ||
          rule.protocols.some((own) => own === protocol)),
    );
    const certain = outcomes.every(Boolean);
    const possible = certain || outcomes.some(Boolean) || couldStill(rule, asked);
    if (certain) return { action: rule.action, rule };
    if (possible && rule.action !== 'block') return { action: 'allow', rule };
  }
  return { action: 'none', rule: null };
}

/** What may be learned of a connection that has begun: any protocol, where none is known. */
function outcomesOf(asked: Question): { port: number | null; protocol: string | null }[] {
  if (asked.port === null) return [{ port: null, protocol: null }];
  if (asked.protocol !== null) return [{ port: asked.port, protocol: asked.protocol }];
  return ['tls', 'http', 'none', 'another'].map((protocol) => ({ port: asked.port, protocol }));
}

/** A look-up may be followed by a connection to any port in any protocol; so may a list of no protocols be left open. */
function couldStill(rule: PolicyRule, asked: Question): boolean {
  if (asked.port === null) return rule.ports === null || rule.ports.length > 0;
  const isPort =
    rule.ports === null ||
    rule.ports.some(({ from, to }) => (asked.port ?? -1) >= from && (asked.port ?? -1) <= to);
  return isPort && asked.protocol === null;
}

function covers(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  if (pattern.startsWith('*.')) return !ipaddr.isValid(host) && host.endsWith(pattern.slice(1));
  if (!pattern.includes('/') || !ipaddr.isValid(host)) return false;
  const [base, length] = ipaddr.parseCIDR(pattern);
  const address = ipaddr.parse(host);
  return base.kind() === address.kind() && address.match([base, length] as [ipaddr.IPv4, number]);
}
