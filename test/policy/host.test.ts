import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalHost, isAddress } from '../../src/policy/canonical-host.js';
import { formatHost, parseHost } from '../../src/policy/host.js';

describe('parseHost', () => {
  test.for([
    ['X.Example.', 'x.example'],
    ['localhost', 'localhost'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['b\u00fccher\u3002example', 'xn--bcher-kva.example'],
    ['ｘ.example', 'x.example'],
    ['_dmarc.example', '_dmarc.example'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
    ['1.example', '1.example'],
    ['0x7f.example', '0x7f.example'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['0X7F000001', '127.0.0.1'],
    ['0177.0.0.01', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['１２７.1', '127.0.0.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::', '::'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['::FFFF:c633:6407', '198.51.100.7'],
    ['0:0:0:0:0:ffff:198.51.100.7', '198.51.100.7'],
    ['64:ff9b::198.51.100.7', '64:ff9b::c633:6407'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ] as const)('%s is %s', ([spelling, canonical]) => {
    const host = parseHost(spelling);
    expect(host === null ? null : formatHost(host)).toBe(canonical);
    expect(canonicalHost(canonical)).toBe(canonical);
  });

  test.for([
    '',
    '.',
    'x..example',
    '.x.example',
    'x.example..',
    'x.example\0',
    'x\0.example',
    'x.example\r\n',
    ' x.example',
    'x .example',
    'x\t.example',
    'x\tü.example',
    'x\\.example',
    'x\\000.example',
    'x.example/ü',
    'x.example?ü',
    'x.example#ü',
    'u@x.example',
    'x.example:443',
    'x%2eexample',
    'ü%2eexample',
    '*.x.example',
    '*',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
    'ü'.repeat(100),
    '1.2.3.4.5',
    '256.1.1.1',
    '08.0.0.1',
    'x.0x7f',
    'x.1',
    '4294967296',
    '[198.51.100.7]',
    '[x.example]',
    '::1::2',
    '2001:db8::1%',
    '2001:db8::1%a b',
    '\ud800.example',
  ])('%j is none', (text) => {
    expect(parseHost(text)).toBeNull();
    expect(canonicalHost(text)).toBe(text);
    expect(isAddress(text)).toBe(false);
  });

  test('IPv6 addresses are read as the URL parser reads them, IPv4-mapped ones apart', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
        if (/^::ffff:[^:]+:[^:]+$/.test(address)) return;
        expect(canonicalHost(text)).toBe(address);
      }),
      { seed: 11, numRuns: 2000 },
    );
  });

  test('what it takes for a name or an IPv4 address is one for the URL parser, too, and the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string({ unit: 'binary' }), hostLike()), (text) => {
        const host = parseHost(text);
        if (host === null || text.includes(':')) return;
        expect(formatHost(host)).toBe(domainToASCII(text).replace(/\.$/, ''));
        expect(parseHost(formatHost(host))).toEqual(host);
      }),
      { seed: 12, numRuns: 5000 },
    );
  });
});

function hostLike(): fc.Arbitrary<string> {
  const part = fc.constantFrom(
    'a',
    'B',
    '1',
    '0x7f',
    '255',
    '08',
    'ü',
    '.',
    '-',
    '\0',
    ' ',
    '\\',
    '%',
    '/',
    '_',
  );
  return fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
}
