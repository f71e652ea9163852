import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseResolvConf } from '../../../src/capture/resolver/resolv-conf.js';

test('reads name servers and search domains', () => {
  const text =
    '# made by hand\nnameserver 198.51.100.53\n  nameserver fe80::1%eth0 ; second\nsearch Corp.Internal. internal\noptions ndots:5\n';
  expect(parseResolvConf(text)).toEqual({
    nameservers: ['198.51.100.53', 'fe80::1%eth0'],
    search: ['corp.internal', 'internal'],
  });
});

test('the last of search and domain counts', () => {
  expect(parseResolvConf('search a.internal b.internal\ndomain c.internal').search).toEqual(['c.internal']);
});

test('no more than three servers are asked', () => {
  const servers = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4'];
  expect(parseResolvConf(servers.map((server) => `nameserver ${server}`).join('\n')).nameservers).toEqual(
    servers.slice(0, 3),
  );
});

test.each([
  '',
  'nameserver',
  'nameserver dns.example',
  '#nameserver 198.51.100.1',
  'nameservers 198.51.100.1',
])('without a server in %j the local host is asked', (text) => {
  expect(parseResolvConf(text).nameservers).toEqual(['127.0.0.1']);
});

test('any text is a configuration with a server', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseResolvConf(`search ${text}\n${text}`).nameservers.length).toBeGreaterThan(0);
    }),
    { seed: 6, numRuns: 500 },
  );
});
