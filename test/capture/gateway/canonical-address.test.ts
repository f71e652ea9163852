import { expect, test } from 'vitest';
import { canonicalAddress } from '../../../src/capture/gateway/canonical-address.js';

test.each([
  ['198.51.100.7', '198.51.100.7'],
  ['::ffff:198.51.100.7', '198.51.100.7'],
  ['::FFFF:198.51.100.7', '198.51.100.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['', ''],
])('%s is %s', (address, expected) => {
  expect(canonicalAddress(address)).toBe(expected);
});
