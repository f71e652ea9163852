import { expect, test } from 'vitest';
import type { Finding } from '../../src/model/finding.js';
import { placesOf } from '../../src/report/groups.js';
import { destination, left, newLeft, npm } from './sample.js';

const by = { attributions: [left] };
const DESTINATIONS = [
  destination('a.example', 443, by),
  destination('b.example', 443, by),
  destination('x.tunnel.example', null, by),
  destination('other.example', 443, { attributions: [npm] }),
];

/** Hosts of the places that each finding is about. */
function hostsOf(findings: readonly Finding[]): string[][] {
  const places = placesOf({ destinations: DESTINATIONS, findings }, new Map());
  return findings.map((finding) => places(finding).map(({ host }) => host));
}

test('a finding about several places is about those that no other of its package names', () => {
  const several: Finding = { ...newLeft, rule: 'first-egress-of-package', destination: null };
  const one: Finding = { ...newLeft, rule: 'beacon', destination: 'a.example:443/tls' };
  const tunnel: Finding = { ...newLeft, rule: 'dns-tunnel', destination: '*.tunnel.example' };
  expect(hostsOf([one, several, tunnel])).toEqual([['a.example'], ['b.example'], ['x.tunnel.example']]);
  expect(hostsOf([{ ...one, package: 'other@1.0.0' }, several])).toEqual([
    ['a.example'],
    ['a.example', 'b.example', 'x.tunnel.example'],
  ]);
});

test('a finding about a package is about all its places, one about the run about none', () => {
  const one: Finding = { ...newLeft, rule: 'beacon', destination: 'a.example:443/tls' };
  const identity: Finding = { ...newLeft, rule: 'identity-contradiction', destination: null };
  expect(hostsOf([one, identity, { ...identity, package: null }])).toEqual([
    ['a.example'],
    ['a.example', 'b.example', 'x.tunnel.example'],
    [],
  ]);
});
