import { describe, expect, test } from 'vitest';
import { canonicalHost } from '../../../src/policy/canonical-host.js';
import { POPULAR_HOSTS } from '../../../src/policy/detectors/lists/popular-hosts.js';
import { SHARED_HOSTS } from '../../../src/policy/detectors/lists/shared-hosts.js';
import { hostSet } from '../../../src/policy/host-set.js';
import { accepted, connect, findings, LEFT, said, story } from './scenes.js';

test('lists are canonical, sorted where they are names, and without repetition', () => {
  for (const list of [SHARED_HOSTS, POPULAR_HOSTS]) {
    expect(list).toEqual([...new Set(list)].sort());
  }
  for (const host of POPULAR_HOSTS) expect(canonicalHost(host)).toBe(host);
});

test('*.x is all names below x, not x itself', () => {
  const set = hostSet(['*.x.example', 'y.example']);
  expect(['a.x.example', 'b.a.x.example', 'y.example'].every((host) => set.has(host))).toBe(true);
  expect(['x.example', 'ax.example', 'a.y.example', ''].some((host) => set.has(host))).toBe(false);
});

test('a range is each of its addresses, in whatever spelling', () => {
  const set = hostSet(['192.0.2.0/28', '2001:db8::/48', '198.51.100.7']);
  expect(
    ['192.0.2.15', '::ffff:192.0.2.1', '2001:db8:0:f::1', '198.51.100.7'].every((one) => set.has(one)),
  ).toBe(true);
  expect(['192.0.2.16', '2001:db8:1::', '198.51.100.8', 'x.192.0.2.1'].some((one) => set.has(one))).toBe(
    false,
  );
});

describe('threat-list', () => {
  const lookup = (host: string) => (host === '203.0.113.66' ? { origin: 'list.txt', note: null } : null);

  test('by an address behind a name as well, and the lock does not outweigh it', () => {
    const record = story([connect(LEFT, 'x.example', { address: '203.0.113.66' })]);
    expect(said(record, accepted(record), { threats: { lookup } })).toEqual(['critical threat-list']);
    const [finding] = findings(record, null, { threats: { lookup } });
    expect(finding?.message).toContain('`x.example:443/tls` (203.0.113.66) is on list.txt, by `left@1.2.4`');
    expect(said(record, accepted(record))).toEqual([]);
  });
});

describe('risky-tld', () => {
  test('a suffix, not a label that is written like one, and not what the lock has', () => {
    const record = story([connect(LEFT, 'files.zip')]);
    expect(said(record, null)).toEqual(['low risky-tld']);
    expect(said(record, accepted(record))).toEqual([]);
    expect(said(story([connect(LEFT, 'zip.example')]), null)).toEqual([]);
  });
});
