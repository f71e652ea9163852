import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTarget, parseAuthority } from '../../../src/capture/recognize/authority.js';
import { addressText, parseHost, parseHostName } from '../../../src/capture/recognize/host.js';
import { canonicalHost } from '../../../src/policy/canonical-host.js';

const label63 = 'a'.repeat(63);

test.each([
  ['x.example', 'x.example'],
  ['X.Example', 'x.example'],
  ['x.example.', 'x.example'],
  ['localhost', 'localhost'],
  ['_dns.x-1.example', '_dns.x-1.example'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['1.2.3.x', '1.2.3.x'],
  [`${label63}.example`, `${label63}.example`],
  [`${label63}a.example`, null],
  [`${`${label63}.`.repeat(3)}${'a'.repeat(61)}`, `${`${label63}.`.repeat(3)}${'a'.repeat(61)}`],
  [`${`${label63}.`.repeat(3)}${'a'.repeat(62)}`, null],
  ['', null],
  ['.', null],
  ['x..example', null],
  ['.example', null],
  ['-x.example', null],
  ['x-.example', null],
  ['x.example\0.test', null],
  ['x.example\r\nhost', null],
  ['x.example\n', null],
  ['x example', null],
  ['*.example', null],
  ['b\u00fccher.example', null],
  ['198.51.100.7', null],
  ['127.1', null],
  ['2130706433', null],
  ['0x7f.0x1', null],
])('the host name %j is %j', (text, name) => {
  expect(parseHostName(text)).toBe(name);
});

test.each([
  ['198.51.100.7', '198.51.100.7'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['::ffff:198.51.100.7', '198.51.100.7'],
  ['::198.51.100.7', '::c633:6407'],
  ['fe80::1%eth0', null],
  ['198.51.100.07', null],
  ['x.example', 'x.example'],
])('the host %j is %j', (text, host) => {
  expect(parseHost(text)).toBe(host);
});

test('what is a host here is the same one for the policy, in the same spelling', () => {
  const part = fc.constantFrom(
    'a',
    'B',
    '1',
    '0x7f',
    '255',
    '08',
    '-',
    '.',
    '_',
    ':',
    '::',
    'ffff',
    '%',
    '[',
  );
  const hostLike = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  let hosts = 0;
  fc.assert(
    fc.property(fc.oneof(hostLike, fc.domain(), fc.ipV4(), fc.ipV6()), (text) => {
      const host = parseHost(text);
      if (host === null) return;
      hosts += 1;
      expect(canonicalHost(host)).toBe(host);
      expect(canonicalHost(text)).toBe(host);
    }),
    { seed: 20_260_301, numRuns: 5000 },
  );
  expect(hosts).toBeGreaterThan(1000);
});

test.each([
  ['x.example', { host: 'x.example', port: null }],
  ['x.example:', { host: 'x.example', port: null }],
  ['x.example:8080', { host: 'x.example', port: 8080 }],
  ['x.example:65535', { host: 'x.example', port: 65_535 }],
  ['x.example:65536', null],
  ['x.example:-1', null],
  ['x.example:80:80', null],
  ['x.example: 80', null],
  ['[2001:db8::1]:443', { host: '2001:db8::1', port: 443 }],
  ['[2001:db8::1]', { host: '2001:db8::1', port: null }],
  ['2001:db8::1', null],
  ['[x.example]:443', null],
  ['[]', null],
  [':443', null],
  ['user@x.example', null],
  ['x.example/path', null],
  ['', null],
])('the authority %j is %j', (text, authority) => {
  expect(parseAuthority(text)).toEqual(authority);
});

test('addresses are canonical text, and a target brackets IPv6', () => {
  expect(addressText(Uint8Array.of(198, 51, 100, 7))).toBe('198.51.100.7');
  const six = Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
  expect(addressText(six)).toBe('2001:db8::1');
  expect(addressText(six.subarray(1))).toBeNull();
  expect(formatTarget('2001:db8::1', 443)).toBe('[2001:db8::1]:443');
  expect(formatTarget('198.51.100.7', 443)).toBe('198.51.100.7:443');
});
