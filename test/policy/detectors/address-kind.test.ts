import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { privateKind } from '../../../src/policy/detectors/address-kind.js';

/** Names of ipaddr.js for the ranges that are no public network's. */
const OURS = new Set(['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat', 'loopback']);

function agrees(address: string): void {
  const range = ipaddr.process(address).range();
  const kind = privateKind(address);
  expect([address, kind !== null]).toEqual([address, OURS.has(range)]);
  if (kind !== null) expect([address, kind.isLoopback]).toEqual([address, range === 'loopback']);
}

test.for([
  ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['fbff::ffff', 'fc00::', 'fdff:ffff::', 'fe00::'],
  ['fe7f:ffff::', 'fe80::', 'febf:ffff::1', 'fec0::'],
])('ranges end where they do: %s', ([before, first, last, after]) => {
  expect([before, first, last, after].map((address) => privateKind(address ?? '') !== null)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  for (const address of [before, first, last, after]) agrees(address ?? '');
});

test('one address of IPv6 is loopback, and what is mapped is IPv4', () => {
  for (const address of ['::', '::1', '::2', '::ffff:10.0.0.1', '::ffff:203.0.113.1', '::ffff:127.0.0.1'])
    agrees(address);
});

test('any address is what ipaddr.js says', () => {
  const groups = (length: number, max: number) =>
    fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max })), { minLength: length, maxLength: length });
  fc.assert(fc.property(groups(4, 255), (bytes) => agrees(bytes.join('.'))));
  fc.assert(
    fc.property(groups(8, 0xffff), (words) => agrees(words.map((word) => word.toString(16)).join(':'))),
  );
});

test('other spellings, zones, and what is no address', () => {
  expect(privateKind('0x7f.1')).toMatchObject({ isLoopback: true });
  for (const zone of ['eth0', '', 'a b', 'averyverylongzonename'])
    expect(privateKind(`fe80::1%${zone}`)).toMatchObject({ text: 'a link-local address' });
  // Not the IPv4 address that is written in it (RFC 4291 §2.5.5.1).
  expect(privateKind('::10.0.0.1')).toBeNull();
  for (const text of ['', 'localhost', 'x.example', '10.0.0.1.example']) expect(privateKind(text)).toBeNull();
});
