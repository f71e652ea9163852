import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipv6Text, parseSocketAddress } from '../../../src/capture/actors/sockaddr.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const unix = (path: string): Buffer => Buffer.concat([hex('0100'), Buffer.from(path, 'latin1')]);

test.each([
  [
    'IPv4',
    hex('0200 01bb c6336407 0000000000000000'),
    { family: 'inet', address: '198.51.100.7', port: 443 },
  ],
  [
    'IPv4 without its padding',
    hex('0200 01bb c6336407'),
    { family: 'inet', address: '198.51.100.7', port: 443 },
  ],
  [
    'IPv6',
    hex('0a00 0035 00000000 20010db8000000000000000000000001 00000000'),
    { family: 'inet', address: '2001:db8::1', port: 53 },
  ],
  [
    'IPv4-mapped',
    hex('0a00 0035 00000000 00000000000000000000ffffc6336407'),
    { family: 'inet', address: '198.51.100.7', port: 53 },
  ],
  ['a path', unix('/run/docker.sock'), { family: 'unix', path: '/run/docker.sock' }],
  ['a path with its end', unix('/run/x\0garbage'), { family: 'unix', path: '/run/x' }],
  ['an abstract name', unix('\0name'), { family: 'unix', path: null }],
  ['no name', unix(''), { family: 'unix', path: null }],
  ['netlink', hex('1000 0000 00000000 00000000'), { family: 'other', number: 16 }],
])('reads %s', (_what, bytes, expected) => {
  expect(parseSocketAddress(bytes)).toEqual(expected);
});

test.each([
  ['nothing', ''],
  ['half a family', '02'],
  ['IPv4 but for a byte', '0200 01bb c63364'],
  ['IPv6 but for a byte', `0a00 0035 00000000 ${'00'.repeat(15)}`],
])('%s is no address', (_what, text) => {
  expect(parseSocketAddress(hex(text))).toBeNull();
});

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000000000000000000000', '2001:db8::'],
  // RFC 5952 §4.2.2: one group of zeros is not shortened; §4.2.3: the first of two equal runs is.
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['00010000000000020000000000000003', '1:0:0:2::3'],
  ['0000000000000000000000000a000001', '::a00:1'],
])('%s is %s', (text, expected) => {
  expect(ipv6Text(hex(text), 0)).toBe(expected);
});

test('agrees with the URL standard on every address that is not IPv4-mapped', () => {
  const group = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = Buffer.alloc(16);
      groups.forEach((value, index) => {
        bytes.writeUInt16BE(value, index * 2);
      });
      fc.pre(bytes.readBigUInt64BE(0) !== 0n || bytes.readUInt32BE(8) !== 0xffff);
      const plain = groups.map((value) => value.toString(16)).join(':');
      expect(`[${ipv6Text(bytes, 0)}]`).toBe(new URL(`http://[${plain}]`).hostname);
    }),
    { seed: 5952, numRuns: 1000 },
  );
});

test('random bytes are an address or none', () => {
  const family = fc.constantFrom(0, 1, 2, 10, 16, 17, 0xffff);
  fc.assert(
    fc.property(family, fc.uint8Array({ maxLength: 126 }), (number, rest) => {
      const head = Buffer.alloc(2);
      head.writeUInt16LE(number, 0);
      const address = parseSocketAddress(Buffer.concat([head, rest]));
      if (address?.family === 'unix') expect(address.path ?? 'none').not.toContain('\0');
      if (address?.family === 'other') expect(address.number).toBe(number);
    }),
    { seed: 6, numRuns: 500 },
  );
});
