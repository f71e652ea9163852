import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideHost, type HostClaims, withoutPort } from '../../../src/capture/gateway/host-name.js';

const claims = (some: Partial<HostClaims> = {}): HostClaims => ({
  address: '203.0.113.9',
  port: 443,
  resolvedNames: [],
  hostsNames: [],
  sni: null,
  httpHost: null,
  isLoopback: false,
  ...some,
});

describe('the host', () => {
  test.each([
    ['nothing is known', {}, '203.0.113.9', 'address'],
    ['names were resolved: the newest', { resolvedNames: ['b.example', 'a.example'] }, 'b.example', 'dns'],
    ['the hosts file has a name', { hostsNames: ['h.example', 'i.example'] }, 'h.example', 'hosts-file'],
    [
      'both: the resolved one',
      { resolvedNames: ['a.example'], hostsNames: ['h.example'] },
      'a.example',
      'dns',
    ],
    [
      'SNI chooses among the resolved',
      { resolvedNames: ['b.example', 'a.example'], sni: 'a.example' },
      'a.example',
      'sni',
    ],
    [
      'SNI chooses from the hosts file',
      { resolvedNames: ['b.example'], hostsNames: ['h.example'], sni: 'h.example' },
      'h.example',
      'sni',
    ],
    [
      'Host chooses among the resolved',
      { resolvedNames: ['b.example', 'a.example'], httpHost: 'A.example.:8080' },
      'a.example',
      'http-host',
    ],
    [
      'SNI before Host',
      { resolvedNames: ['b.example', 'a.example'], sni: 'a.example', httpHost: 'b.example' },
      'a.example',
      'sni',
    ],
    ['SNI introduces no name', { sni: 'good.example' }, '203.0.113.9', 'address'],
    ['SNI displaces no name', { resolvedNames: ['bad.example'], sni: 'good.example' }, 'bad.example', 'dns'],
    ['Host introduces no name', { httpHost: 'good.example' }, '203.0.113.9', 'address'],
    [
      'an unknown SNI leaves the choice to Host',
      { resolvedNames: ['b.example', 'a.example'], sni: 'x.example', httpHost: 'a.example' },
      'a.example',
      'http-host',
    ],
    [
      'on loopback there is one host',
      { isLoopback: true, resolvedNames: ['a.example'], sni: 'a.example' },
      'localhost',
      'loopback',
    ],
  ] as const)('where %s', (_what, some, host, hostSource) => {
    expect(decideHost(claims(some))).toMatchObject({ host, hostSource });
  });

  test('is always a name of this address, the address, or localhost', () => {
    const name = fc.constantFrom('a.example', 'b.example', 'c.example');
    const claim = fc.record({
      resolvedNames: fc.uniqueArray(name),
      hostsNames: fc.uniqueArray(name),
      sni: fc.option(name),
      httpHost: fc.option(fc.oneof(name, fc.string())),
      isLoopback: fc.boolean(),
    });
    fc.assert(
      fc.property(claim, (some) => {
        const { host } = decideHost(claims(some));
        const known = some.isLoopback ? ['localhost'] : [...some.resolvedNames, ...some.hostsNames];
        expect(known.length === 0 ? ['203.0.113.9'] : known).toContain(host);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

describe('claims that do not fit', () => {
  test.each([
    [
      'SNI that was not resolved',
      { resolvedNames: ['a.example'], sni: 'x.example' },
      [['sni-resolved', 'x.example', 'a.example']],
    ],
    ['SNI where nothing was resolved', { sni: 'x.example' }, [['sni-resolved', 'x.example', '203.0.113.9']]],
    [
      'Host that was not resolved',
      { resolvedNames: ['a.example'], httpHost: 'x.example' },
      [['host-resolved', 'x.example', 'a.example']],
    ],
    [
      'Host beside SNI',
      { resolvedNames: ['a.example'], sni: 'a.example', httpHost: 'x.example' },
      [['host-sni', 'x.example', 'a.example']],
    ],
    [
      'all three',
      { resolvedNames: ['a.example'], sni: 's.example', httpHost: 'h.example' },
      [
        ['host-sni', 'h.example', 's.example'],
        ['sni-resolved', 's.example', 'a.example'],
      ],
    ],
    [
      'Host and SNI on loopback',
      { isLoopback: true, sni: 's.example', httpHost: 'h.example' },
      [['host-sni', 'h.example', 's.example']],
    ],
  ] as const)('%s', (_what, some, expected) => {
    const { disagreements } = decideHost(claims(some));
    expect(disagreements.map(({ kind, left, right }) => [kind, left, right])).toEqual(expected);
  });

  test.each([
    ['no claims', { resolvedNames: ['a.example'] }],
    ['the address as Host', { httpHost: '203.0.113.9:8080' }],
    [
      'an older name',
      { resolvedNames: ['b.example', 'a.example'], sni: 'a.example', httpHost: 'a.example:443' },
    ],
    ['a name of the hosts file', { hostsNames: ['h.example'], httpHost: 'h.example' }],
    ['SNI on loopback', { isLoopback: true, sni: 's.example' }],
  ] as const)('are not: %s', (_what, some) => {
    expect(decideHost(claims(some)).disagreements).toEqual([]);
  });
});

test.each([
  [null, null],
  ['', null],
  ['  ', null],
  [':443', null],
  ['.', null],
  ['X.Example', 'x.example'],
  ['x.example:8080', 'x.example'],
  ['x.example.', 'x.example'],
  ['x.example.:80', 'x.example'],
  ['[2001:DB8::1]:443', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  [' 198.51.100.7:1 ', '198.51.100.7'],
])('the host of %j is %j', (value, expected) => {
  expect(withoutPort(value)).toBe(expected);
});
