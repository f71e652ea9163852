import { expect, test } from 'vitest';
import { type FlowAttempt, type FlowClaims, NO_CLAIMS } from '../../src/capture/gate.js';
import type { Enforcement, PolicyRule, Speaker } from '../../src/model/policy.js';
import { DEFAULT_ENFORCEMENT } from '../../src/policy/enforcement.js';
import { createPolicy } from '../../src/policy/rules/create-policy.js';
import { createGate } from '../../src/run/gate.js';
import { rule as sampleRule } from '../policy/rules/samples.js';

const ADDRESS = '192.0.2.1';
const rule = (host: string, packages: readonly string[] | null, more: Partial<PolicyRule> = {}): PolicyRule =>
  sampleRule({ origin: `rule for ${host}`, host, packages, ...more });

/** A process in which both `left` and `right` run; the lists say who has asked and who uses a flow, as it claims. */
function open(
  rules: readonly PolicyRule[],
  speaker: Speaker = { kind: 'any' },
  enforcement: Partial<Enforcement> = {},
) {
  const said: { askers: readonly string[]; users: readonly string[] | null } = { askers: [], users: null };
  const attempt: FlowAttempt = {
    at: 0,
    actorId: 1,
    transport: 'tcp',
    localPort: 40000,
    address: ADDRESS,
    port: 443,
    resolvedNames: ['left.example'],
    hostsNames: [],
    isLoopback: false,
  };
  const gate = createGate({
    policy: createPolicy(rules),
    enforcement: { ...DEFAULT_ENFORCEMENT, ...enforcement },
    phase: 'test',
    speakerOf: () => speaker,
    inside: { lookUp: () => said.askers, flow: () => said.users, itself: () => '(process) node' },
  });
  const hello: FlowClaims = { ...NO_CLAIMS, protocol: 'tls', sni: 'left.example' };
  return {
    said,
    lookUp: () => gate.lookUp('left.example', 'A', 1).isAllowed,
    begin: () => gate.flow(attempt).isAllowed,
    hello: () => gate.claims(attempt, hello).isAllowed,
    claim: (claims: Partial<FlowClaims>) => gate.claims(attempt, { ...NO_CLAIMS, ...claims }),
    send: () => gate.spend(attempt, 1).isAllowed,
    answer: (...cnames: string[]) => gate.answer('left.example', { cnames, addresses: [] }, 1).isAllowed,
  };
}

const LEFT = [rule('left.example', ['left'])];

test('who uses a flow must be one that it is allowed to, once that is known', () => {
  const { said, begin, hello } = open(LEFT);
  const outcomes = [null, ['left'], ['right'], ['left', 'right'], ['(process) node']].map((users) => {
    said.users = users;
    return { users, begin: begin(), hello: hello() };
  });
  expect(outcomes.map((one) => one.begin)).toEqual([true, true, true, true, true]);
  expect(outcomes.map((one) => one.hello)).toEqual([true, true, false, false, false]);
});

test('whoever comes to use a connection later is asked about before his bytes leave', () => {
  const { said, hello, send, claim } = open(LEFT);
  expect(hello()).toBe(true);
  expect(send()).toBe(true);
  said.users = ['left'];
  expect(send()).toBe(true);
  said.users = ['left', 'right'];
  expect(send()).toBe(false);
  expect(send()).toBe(false);
  expect(claim({ protocol: 'tls', sni: 'left.example' })).toEqual({ isAllowed: false, refusedTo: ['right'] });
});

test('of a connection that nobody has used yet no more than its hello leaves, unless the process itself may', () => {
  const { hello, send, claim } = open(LEFT);
  expect([hello(), send(), send(), send()]).toEqual([true, true, false, false]);
  const plain = { protocol: 'http', httpHost: 'left.example' } as const;
  expect(claim(plain)).toEqual({ isAllowed: false, refusedTo: ['(process) node'] });
  const itself = open([rule('left.example', ['left', '(process) node'])]);
  expect(itself.claim(plain).isAllowed).toBe(true);
  expect([itself.hello(), itself.send(), itself.send()]).toEqual([true, true, true]);
});

test('a name is forwarded for one of those who have asked for it, and not for others', () => {
  const { said, lookUp } = open(LEFT);
  expect(lookUp()).toBe(true);
  said.askers = ['right'];
  expect(lookUp()).toBe(false);
  said.askers = ['right', 'left'];
  expect(lookUp()).toBe(true);
});

test('the links of a chain are those of whoever has asked for its name', () => {
  const { said, answer } = open([...LEFT, rule('cdn.example', ['left'])]);
  said.askers = ['left'];
  expect(answer('cdn.example')).toBe(true);
  said.askers = ['right'];
  expect(answer('cdn.example')).toBe(false);
});

test('a claim opens nothing', () => {
  const { said, begin, hello } = open([rule('left.example', ['left'], { action: 'block' }), rule('*', null)]);
  said.users = ['right'];
  expect([begin(), hello()]).toEqual([false, false]);
  const nobody = open([rule('other.example', ['left'])]);
  nobody.said.users = ['left'];
  expect(nobody.hello()).toBe(false);
});

test('what anybody may do is not asked about, nor is a process that speaks for one package', () => {
  const anybody = open([rule('left.example', null)]);
  const one = open(LEFT, { kind: 'one', name: 'left' });
  for (const { said, hello, send } of [anybody, one]) {
    said.users = ['right'];
    expect([hello(), send()]).toEqual([true, true]);
  }
});

test('a tunnel is asked about on both sides', () => {
  const rules = [rule('left.example', ['left', 'both']), rule('far.example', ['right', 'both'])];
  const tunnel = { protocol: 'http', tunnelTarget: 'far.example:443', httpHost: 'left.example' } as const;
  const inner = { ...tunnel, tunnelProtocol: 'tls', sni: 'far.example' } as const;
  const { said, claim } = open(rules);
  said.users = ['both'];
  expect(claim(inner).isAllowed).toBe(true);
  said.users = ['left'];
  expect(claim(tunnel).isAllowed).toBe(true);
  expect(claim(inner)).toEqual({ isAllowed: false, rule: 'tunnel to far.example:443', refusedTo: ['left'] });
  said.users = ['right'];
  expect(claim(tunnel).isAllowed).toBe(false);
});

test('a budget of a package counts what it sends from within a process, alone or with others', () => {
  const budgets = [{ host: null, package: 'right', bytes: 1 }];
  const { said, hello, send } = open([rule('left.example', null)], { kind: 'any' }, { budgets });
  expect([hello(), send(), send()]).toEqual([true, true, true]);
  said.users = ['left', 'right'];
  expect([send(), send()]).toEqual([true, false]);
  said.users = ['left'];
  expect(send()).toBe(true);
});
