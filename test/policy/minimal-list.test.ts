import { expect, test } from 'vitest';
import type { LockRow } from '../../src/model/lock.js';
import { canonicalHost, isAddress } from '../../src/policy/canonical-host.js';
import { minimalList, proposeWildcards } from '../../src/policy/minimal-list.js';

const row = (host: string, name = 'left', one: Partial<LockRow> = {}): LockRow => ({
  package: name,
  phase: 'install',
  host,
  port: 443,
  protocol: 'tls',
  ...one,
});

test('exactly what is there, each place once with all who need it', () => {
  const rows = [row('b.example', 'right'), row('b.example'), row('a.example', 'left', { phase: 'test' })];
  expect(minimalList(rows)).toEqual([
    { host: 'a.example', port: 443, protocol: 'tls', packages: ['left'] },
    { host: 'b.example', port: 443, protocol: 'tls', packages: ['left', 'right'] },
  ]);
  expect(minimalList(rows, { phase: 'test' }).map((entry) => entry.host)).toEqual(['a.example']);
});

const proposalsFor = (...hosts: string[]): string[] =>
  proposeWildcards(minimalList(hosts.map((host) => row(host)))).map((proposal) => proposal.pattern);

test('three siblings that differ in a number or a hash are a proposal', () => {
  expect(
    proposalsFor('blob31.store.example.com', 'blob32.store.example.com', 'blob33.store.example.com'),
  ).toEqual(['*.store.example.com']);
  expect(
    proposalsFor('deadbeef01.cdn.example.com', 'cafebabe02.cdn.example.com', '0123456789.cdn.example.com'),
  ).toEqual(['*.cdn.example.com']);
});

test.for([
  { what: 'two siblings', hosts: ['blob31.example.com', 'blob32.example.com'] },
  { what: 'three with names of their own', hosts: ['api.example.com', 'www.example.com', 'cdn.example.com'] },
  { what: 'a public suffix', hosts: ['a1.com', 'a2.com', 'a3.com'] },
  { what: 'a public suffix of two labels', hosts: ['a1.co.uk', 'a2.co.uk', 'a3.co.uk'] },
  { what: 'a private suffix', hosts: ['a1.github.io', 'a2.github.io', 'a3.github.io'] },
  { what: 'addresses', hosts: ['198.51.100.1', '198.51.100.2', '198.51.100.3'] },
])('$what: no proposal', ({ hosts }) => {
  expect(proposalsFor(...hosts)).toEqual([]);
});

test.for([
  ['X.Example.', 'x.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['_dmarc.example', '_dmarc.example'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['::ffff:198.51.100.7', '198.51.100.7'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['198.51.100.7', '198.51.100.7'],
] as const)('%s is %s', ([spelling, canonical]) => {
  expect(canonicalHost(spelling)).toBe(canonical);
  expect(canonicalHost(canonical)).toBe(canonical);
});

test('an address is one in whatever spelling, a name is none', () => {
  const spellings = ['198.51.100.7', '127.1', '::1', '[::1]', 'fe80::1%eth0'];
  expect(spellings.filter((spelling) => !isAddress(spelling))).toEqual([]);
  expect(['x.example', '1.2.3.4.5', 'localhost'].filter(isAddress)).toEqual([]);
});
