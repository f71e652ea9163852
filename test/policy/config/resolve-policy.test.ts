import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/policy/config/parse-config.js';
import { resolvePolicy } from '../../../src/policy/config/resolve-policy.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { connection, rule } from '../rules/samples.js';

const LOCK = {
  lockVersion: 1,
  rows: [{ package: 'left', phase: 'install', host: 'x.example', port: 443, protocol: 'tls' }],
} as const;

test('without a configuration the lock decides, strictly', () => {
  const policy = resolvePolicy([], LOCK);
  expect(policy.enforcement).toEqual({
    dnsAnswer: { kind: 'nxdomain' },
    cname: 'inspect',
    encryptedHello: 'block',
    privateAddresses: 'block',
    budgets: [],
  });
  expect([policy.modeOf('install'), policy.failOn, policy.severities.size]).toEqual([null, null, 0]);
  expect(policy.rules).toMatchObject([{ origin: 'egress.lock.json' }]);
  expect(resolvePolicy([], null).rules).toEqual([]);
});

test('the first configuration that has a value has the say; lists come together', () => {
  const own = parseConfig(
    'mode: { test: sinkhole }\nfailOn: low\nrules: [{ host: a.example }]\nbudgets: [{ host: x.example, bytes: 1 }]\nseverities: { dga: low }',
  );
  const org = parseConfig(
    'mode: enforce\nfailOn: critical\ndns: { answer: nodata, cname: trust }\nrules: [{ host: b.example }]\nbudgets: [{ host: x.example, bytes: 2 }]\nseverities: { dga: high, beacon: info }',
  );
  const policy = resolvePolicy([own, org], LOCK, [rule({ host: 'c.example' })]);
  expect(policy.rules.map(({ host }) => host)).toEqual(['a.example', 'b.example', 'c.example', 'x.example']);
  expect(policy.failOn).toBe('low');
  expect(policy.enforcement).toMatchObject({ dnsAnswer: { kind: 'nodata' }, cname: 'trust' });
  expect(policy.enforcement.budgets.map(({ bytes }) => bytes)).toEqual([1, 2]);
  expect(['test', 'install'].map((phase) => policy.modeOf(phase))).toEqual(['sinkhole', 'enforce']);
  expect([...policy.severities].sort()).toEqual([
    ['beacon', 'info'],
    ['dga', 'low'],
  ]);
});

test('rules of the user come before threats, and threats before the lock', () => {
  const threat = rule({ host: '*', action: 'block', priority: 200 });
  const decide = (text: string): string =>
    createPolicy(resolvePolicy([parseConfig(text)], LOCK, [threat]).rules).decide(connection('x.example'))
      .action;
  expect(decide('')).toBe('block');
  expect(decide('rules: [{ host: x.example }]')).toBe('allow');
});
