import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHosts } from '../../../src/capture/resolver/hosts-file.js';

const TABLE = parseHosts(
  [
    '# comment',
    '127.0.0.1\tlocalhost',
    '::1 localhost ip6-localhost # trailing',
    '198.51.100.7  Build.Example. build',
    '198.51.100.8 build',
    '198.51.100.8 build',
    '2001:DB8:0:0::0007 six.example',
    '::ffff:198.51.100.9 mapped.example',
    'fe80::1%lo zoned.example',
    'not-an-address name.example',
    '198.51.100.10',
  ].join('\r\n'),
);

test.each([
  ['localhost', ['127.0.0.1', '::1']],
  ['build.example', ['198.51.100.7']],
  ['build', ['198.51.100.7', '198.51.100.8']],
  ['six.example', ['2001:db8::7']],
  ['mapped.example', ['198.51.100.9']],
  ['zoned.example', ['fe80::1']],
  ['name.example', []],
  ['trailing', []],
])('%s has the addresses %j', (name, expected) => {
  expect(TABLE.addressesOf(name)).toEqual(expected);
});

test.each([
  ['::1', ['localhost', 'ip6-localhost']],
  ['198.51.100.7', ['build.example', 'build']],
  // Canonical text (RFC 5952), as flows have it, whatever the file wrote.
  ['2001:db8::7', ['six.example']],
  ['198.51.100.10', []],
])('%s has the names %j', (address, expected) => {
  expect(TABLE.namesOf(address)).toEqual(expected);
});

test('any text is a table', () => {
  const line = fc.array(fc.constantFrom('1.2.3.4', '::', '::1%', '%', '#', ' ', '\t', '\n', 'a.', '.', 'b'));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        line.map((parts) => parts.join('')),
      ),
      (text) => {
        expect(parseHosts(text).addressesOf('missing.example')).toEqual([]);
      },
    ),
    { seed: 5, numRuns: 500 },
  );
});
