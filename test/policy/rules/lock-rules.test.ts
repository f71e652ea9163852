import { expect, test } from 'vitest';
import type { LockRow } from '../../../src/model/lock.js';
import { createMatcher } from '../../../src/policy/matcher.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { lockRules } from '../../../src/policy/rules/lock-rules.js';
import { connection, lookUp } from './samples.js';

const row = (own: Partial<LockRow>): LockRow => ({
  package: 'left',
  phase: 'install',
  host: 'x.example',
  port: 443,
  protocol: 'tls',
  ...own,
});
const lockOf = (...rows: LockRow[]) => ({ lockVersion: 1, rows }) as const;

test('a row allows its connection, and the look-up before it', () => {
  const policy = createPolicy(lockRules(lockOf(row({}))));
  const allowed = policy.decide(connection('X.example.'));
  expect(allowed).toMatchObject({ action: 'allow', rule: { origin: 'egress.lock.json', priority: 500 } });
  expect(policy.decide(lookUp('x.example')).action).toBe('allow');
  expect(policy.decide(connection('x.example', { protocol: null })).action).toBe('allow');
  const others = [
    connection('x.example', { port: 80 }),
    connection('x.example', { protocol: 'http' }),
    connection('x.example', { phase: 'test' }),
    connection('x.example', { speaker: { kind: 'one', name: 'right' } }),
    connection('x.example', { speaker: { kind: 'doubtful' } }),
    connection('x.example', { speaker: { kind: 'unknown' } }),
    connection('y.x.example'),
  ];
  expect(others.map((question) => policy.decide(question).action)).toEqual(others.map(() => 'none'));
});

test('a row without a port allows the look-up, and no connection', () => {
  const policy = createPolicy(lockRules(lockOf(row({ port: null, protocol: 'dns' }))));
  expect(policy.decide(lookUp('x.example')).action).toBe('allow');
  expect(policy.decide(connection('x.example')).action).toBe('none');
  expect(policy.decide(connection('x.example', { port: 53, protocol: 'dns' })).action).toBe('none');
});

test.for(['*', '*.example', '0.0.0.0/0'])('a row for %s is no pattern', (host) => {
  const policy = createPolicy(lockRules(lockOf(row({ host }))));
  for (const asked of ['x.example', '198.51.100.7', host]) {
    expect(policy.decide(connection(asked)).action).toBe('none');
  }
});

test('check takes a host that is no name for accepted, enforcement does not', () => {
  const lock = lockOf(row({ host: 'a\\032b.example' }));
  expect(createMatcher(lock).has(row({ host: 'a\\032b.example' }))).toBe(true);
  expect(createPolicy(lockRules(lock)).decide(connection('a\\032b.example')).action).toBe('none');
});

test('the matcher of check answers from the same rules', () => {
  const matcher = createMatcher(
    lockOf(row({}), row({ package: 'right' }), row({ package: 'other', port: 80 })),
  );
  expect(matcher.has(row({ host: 'X.EXAMPLE' }))).toBe(true);
  expect(matcher.has(row({ port: null, protocol: 'dns' }))).toBe(true);
  expect(matcher.has(row({ package: 'other' }))).toBe(false);
  expect(matcher.packagesFor(row({}))).toEqual(['left', 'right']);
  expect(matcher.packagesFor(row({ port: null, protocol: 'dns' }))).toEqual(['left', 'other', 'right']);
  expect(matcher.packagesFor(row({ host: 'y.example' }))).toEqual([]);
});
