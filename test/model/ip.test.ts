import { isIP, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIp, isIpv6 } from '../../src/model/ip.js';

const SEED = 20_261_125;

describe('isIpv6', () => {
  test.each([
    '::',
    '::1',
    '1::',
    'fe80::1%eth0',
    'fe80::1%',
    '::ffff:192.0.2.1',
    '::ffff:192.0.2.01',
    '::192.0.2.256',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:192.0.2.1',
    '1:2:3:4:5:6:7:192.0.2.1',
    ':::',
    ':1',
    '1:',
    '00001::',
    'g::1',
    '::1]/[',
    ' ::1',
    '::1\n',
    '192.0.2.1',
    'host.example:80',
    '',
  ])('says of %j what Node says', (text) => {
    expect(isIpv6(text)).toBe(isIPv6(text));
    expect(isIp(text)).toBe(isIP(text) !== 0);
  });

  test('says what Node says of texts that are nearly addresses', () => {
    const group = fc.oneof(
      fc.integer({ min: 0, max: 0x1ffff }).map((value) => value.toString(16)),
      fc.constantFrom('', '0', '0000', 'FfFf', '192.0.2.7', '1.2.3', '%', '%a-b.c', 'x'),
    );
    const nearly = fc.array(group, { minLength: 1, maxLength: 10 }).map((groups) => groups.join(':'));
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), nearly, fc.string()), (text) => isIpv6(text) === isIPv6(text)),
      { seed: SEED, numRuns: 20_000 },
    );
  });
});
