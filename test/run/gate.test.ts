import { expect, test } from 'vitest';
import { type FlowAttempt, type FlowClaims, NO_CLAIMS } from '../../src/capture/gate.js';
import type { Enforcement, PolicyRule, Speaker } from '../../src/model/policy.js';
import { DEFAULT_ENFORCEMENT } from '../../src/policy/enforcement.js';
import { createPolicy } from '../../src/policy/rules/create-policy.js';
import { createGate } from '../../src/run/gate.js';

const GOOD = '192.0.2.1';
const rule = (host: string, more: Partial<PolicyRule> = {}): PolicyRule => ({
  origin: `rule for ${host}`,
  priority: 100,
  action: 'allow',
  host,
  ports: [{ from: 443, to: 443 }],
  protocols: null,
  packages: null,
  phases: null,
  ...more,
});
const gateOf = (
  rules: readonly PolicyRule[],
  enforcement: Partial<Enforcement> = {},
  speaker: Speaker = { kind: 'one', name: 'left' },
) =>
  createGate({
    policy: createPolicy(rules),
    enforcement: { ...DEFAULT_ENFORCEMENT, ...enforcement },
    phase: 'install',
    speakerOf: () => speaker,
    inside: null,
  });
const flow = (more: Partial<FlowAttempt> = {}): FlowAttempt => ({
  at: 0,
  actorId: 1,
  transport: 'tcp',
  localPort: 40000,
  address: GOOD,
  port: 443,
  resolvedNames: ['good.example'],
  hostsNames: [],
  isLoopback: false,
  ...more,
});
const hello = (sni: string | null, more: Partial<FlowClaims> = {}): FlowClaims => ({
  ...NO_CLAIMS,
  protocol: 'tls',
  sni,
  ...more,
});

test('an empty list allows nothing', () => {
  const gate = gateOf([]);
  expect(gate.lookUp('good.example', 'A', 1)).toEqual({ isAllowed: false, answer: { rcode: 'NXDOMAIN' } });
  expect(gate.flow(flow())).toEqual({ isAllowed: false });
});

test('an unlisted name is answered as the user says', () => {
  const answerOf = (dnsAnswer: Enforcement['dnsAnswer']) =>
    gateOf([], { dnsAnswer }).lookUp('x.example', 'A', 1);
  expect(answerOf({ kind: 'nodata' })).toMatchObject({ answer: { rcode: 'NOERROR' } });
  expect(answerOf({ kind: 'override', target: '192.0.2.9' })).toMatchObject({
    answer: { addresses: ['192.0.2.9'] },
  });
  expect(answerOf({ kind: 'override', target: 'sink.example' })).toMatchObject({
    answer: { cname: 'sink.example' },
  });
});

test('a rule for a package opens for nobody else', () => {
  const rules = [rule('good.example', { packages: ['left'] })];
  expect(gateOf(rules).flow(flow()).isAllowed).toBe(true);
  expect(gateOf(rules, {}, { kind: 'one', name: 'right' }).flow(flow()).isAllowed).toBe(false);
  expect(gateOf(rules, {}, { kind: 'unknown' }).flow(flow()).isAllowed).toBe(false);
  expect(gateOf(rules, {}, { kind: 'any' }).flow(flow()).isAllowed).toBe(true);
});

test('a flow goes on by a name that was resolved and is listed, and says by which rule', () => {
  const gate = gateOf([rule('good.example', { protocols: ['tls'] })]);
  expect(gate.claims(flow(), hello('good.example'))).toEqual({
    isAllowed: true,
    rule: 'rule for good.example',
  });
  expect(gate.claims(flow(), hello('bad.example')).isAllowed).toBe(false);
  expect(gate.claims(flow(), hello(null)).isAllowed).toBe(false);
  expect(
    gate.claims(flow({ resolvedNames: ['bad.example', 'good.example'] }), hello('bad.example')).isAllowed,
  ).toBe(false);
  expect(gate.claims(flow({ resolvedNames: [] }), hello('good.example')).isAllowed).toBe(false);
  expect(gate.claims(flow(), { ...NO_CLAIMS, protocol: 'ssh' }).isAllowed).toBe(false);
});

test('an address rule needs no name, and a block of the address comes before its names', () => {
  expect(gateOf([rule(GOOD)]).claims(flow({ resolvedNames: [] }), hello(null)).isAllowed).toBe(true);
  const gate = gateOf([rule('good.example'), rule('192.0.2.0/24', { action: 'block', ports: null })]);
  expect(gate.flow(flow())).toEqual({ isAllowed: false, rule: 'rule for 192.0.2.0/24' });
});

test('a rule that blocks a name holds where another lets all addresses pass', () => {
  const rules = [rule('good.example', { action: 'block' }), rule('*')];
  const gate = gateOf(rules);
  const unresolved = flow({ resolvedNames: [] });
  expect(gate.flow(flow())).toEqual({ isAllowed: false, rule: 'rule for good.example' });
  expect(gate.claims(unresolved, hello('good.example')).isAllowed).toBe(false);
  expect(gate.claims(unresolved, hello('other.example')).isAllowed).toBe(true);
  expect(gate.claims(unresolved, { ...NO_CLAIMS, protocol: 'ssh' }).isAllowed).toBe(true);
  // Which of two names is meant shows later.
  const shared = flow({ resolvedNames: ['good.example', 'other.example'] });
  expect(gate.flow(shared).isAllowed).toBe(true);
  expect(gate.claims(shared, hello('good.example')).isAllowed).toBe(false);
  expect(gate.claims(shared, hello('other.example')).isAllowed).toBe(true);
  // What comes after the rule for the address does not.
  const later = gateOf([rule(GOOD), rule('*', { action: 'block', priority: 900 })]);
  expect(later.claims(unresolved, hello('good.example')).isAllowed).toBe(true);
});

test('a hello that may hide its name is refused, unless the user lets it pass', () => {
  const rules = [rule('good.example')];
  expect(gateOf(rules).claims(flow(), hello('good.example', { ech: true }))).toEqual({
    isAllowed: false,
    rule: 'encryptedHello: block',
  });
  const lenient = gateOf(rules, { encryptedHello: 'allow' });
  expect(lenient.claims(flow(), hello('good.example', { ech: true })).isAllowed).toBe(true);
});

test.for(['inspect', 'trust'] as const)('links of a CNAME chain: %s', (cname) => {
  const gate = gateOf([rule('good.example'), rule('cdn.example')], { cname });
  const answer = (...cnames: string[]) => gate.answer('good.example', { cnames, addresses: [GOOD] }, 1);
  expect(answer('cdn.example').isAllowed).toBe(true);
  expect(answer('cdn.example', 'bad.example').isAllowed).toBe(cname === 'trust');
});

test.for([
  '127.0.0.1',
  '10.0.0.1',
  '169.254.169.254',
  '::1',
  'fd00::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  '100.64.0.1',
])('an allowed name does not lead to %s', (address) => {
  const gate = gateOf([rule('good.example')]);
  expect(gate.answer('good.example', { cnames: [], addresses: [GOOD, address] }, 1)).toMatchObject({
    isAllowed: false,
    rule: 'privateAddresses: block',
  });
  expect(gate.flow(flow({ address })).isAllowed).toBe(false);
  expect(gate.flow(flow({ address, resolvedNames: [], hostsNames: ['good.example'] })).isAllowed).toBe(true);
  const lenient = gateOf([rule('good.example')], { privateAddresses: 'allow' });
  expect(lenient.answer('good.example', { cnames: [], addresses: [address] }, 1).isAllowed).toBe(true);
  const ruled = gateOf([rule('good.example'), rule(address, { ports: null })]);
  expect(ruled.answer('good.example', { cnames: [], addresses: [address] }, 1).isAllowed).toBe(true);
});

test('a tunnel must lead to what is listed, and say inside where it goes', () => {
  const gate = gateOf([rule('proxy.example', { ports: [{ from: 3128, to: 3128 }] }), rule('good.example')]);
  const proxy = flow({ port: 3128, resolvedNames: ['proxy.example'] });
  const to = (tunnelTarget: string, more: Partial<FlowClaims> = {}) =>
    gate.claims(proxy, { ...NO_CLAIMS, protocol: 'http', tunnelTarget, ...more });
  expect(to('good.example:443').isAllowed).toBe(true);
  expect(to('good.example:22')).toEqual({ isAllowed: false, rule: 'tunnel to good.example:22' });
  expect(to('bad.example:443').isAllowed).toBe(false);
  expect(to('good.example:443', { tunnelProtocol: 'tls', sni: 'good.example' }).isAllowed).toBe(true);
  expect(to('good.example:443', { tunnelProtocol: 'tls', sni: 'bad.example' }).isAllowed).toBe(false);
  expect(gate.claims(flow(), { ...NO_CLAIMS, protocol: 'socks', tunnelTarget: 'nonsense' }).isAllowed).toBe(
    false,
  );
});

test('a service of the host’s loopback is localhost', () => {
  const gate = gateOf([rule('localhost', { ports: [{ from: 5432, to: 5432 }] })]);
  const local = flow({ address: '127.0.0.1', port: 5432, isLoopback: true, resolvedNames: [] });
  expect(gate.flow(local).isAllowed).toBe(true);
  expect(gate.claims(local, { ...NO_CLAIMS, protocol: 'unknown' }).isAllowed).toBe(true);
  expect(gate.flow({ ...local, port: 6379 }).isAllowed).toBe(false);
});

test('budgets count per host, below a name, and per package', () => {
  const gate = gateOf([rule('good.example')], {
    budgets: [
      { host: '*.example', package: null, bytes: 100 },
      { host: null, package: 'left', bytes: 60 },
    ],
  });
  const attempt = flow();
  gate.claims(attempt, hello('good.example'));
  expect(gate.spend(attempt, 50).isAllowed).toBe(true);
  expect(gate.spend(attempt, 20)).toEqual({
    isAllowed: false,
    rule: 'budget of 60 bytes for left',
    failure: 'EBUDGET',
  });
  expect(gate.spend(attempt, 10).isAllowed).toBe(true);
});
