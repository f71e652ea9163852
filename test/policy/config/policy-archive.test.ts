import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/policy/config/config-error.js';
import { configOfArchive, MAXIMUM_ARCHIVE } from '../../../src/policy/config/policy-archive.js';
import { integrityOf, pack } from './archive.js';

const read = (archive: Uint8Array): string => configOfArchive(archive, integrityOf(archive), 'p@1.0.0');
const CONFIG = { path: 'package/egresslock.config.yaml', text: 'mode: enforce\n' };

test('finds the configuration at the root of the package, whatever its folder is called', () => {
  const others = [
    { path: 'package/package.json', text: '{}' },
    { path: 'package/sub/egresslock.config.yaml', text: 'no' },
    { path: 'PaxHeader/x', text: '30 path=package/egresslock.config.yaml\n', type: 'x' },
  ];
  expect(read(pack([...others, CONFIG]))).toBe('mode: enforce\n');
  expect(read(pack([{ ...CONFIG, path: 'egresslock.config.yaml', prefix: 'other' }]))).toBe(
    'mode: enforce\n',
  );
});

test('bytes that are not those of the integrity are refused, with both of them named', () => {
  const archive = pack([CONFIG]);
  const other = integrityOf(pack([{ ...CONFIG, text: 'mode: observe\n' }]));
  expect(() => configOfArchive(archive, other, 'p@1.0.0')).toThrow(
    `p@1.0.0: expected a package with integrity ${other}, got ${integrityOf(archive)}`,
  );
});

test.for([
  {
    what: 'no configuration',
    archive: () => pack([{ path: 'package/package.json', text: '{}' }]),
    code: 'not-found',
  },
  {
    what: 'a folder of that name',
    archive: () => pack([{ ...CONFIG, text: '', type: '5' }]),
    code: 'not-found',
  },
  {
    what: 'a link of that name',
    archive: () => pack([{ ...CONFIG, text: '', type: '2' }]),
    code: 'not-found',
  },
  {
    what: 'two of them',
    archive: () => pack([CONFIG, { ...CONFIG, text: 'mode: observe' }]),
    code: 'bad-value',
  },
  { what: 'no gzip', archive: () => Buffer.from('hello'), code: 'bad-value' },
  {
    what: 'a tar that is cut',
    archive: () => gzipSync(gunzipSync(pack([CONFIG])).subarray(0, 520)),
    code: 'bad-value',
  },
  {
    what: 'what unpacks to too much',
    archive: () => gzipSync(Buffer.alloc(33 * 1024 * 1024)),
    code: 'bad-value',
  },
  { what: 'what is too large', archive: () => Buffer.alloc(MAXIMUM_ARCHIVE + 1), code: 'too-large' },
])('$what is refused', ({ archive, code }) => {
  expect(() => read(archive())).toThrow(expect.objectContaining({ code }));
});

test('is total: any tar gives a text or a ConfigError', () => {
  const whole = gunzipSync(pack([CONFIG, { path: 'package/a', text: 'a'.repeat(600) }]));
  const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(edits, fc.nat(whole.length), (changes, length) => {
      const tar = Buffer.from(whole);
      for (const [index, byte] of changes) tar[index] = byte;
      try {
        expect(typeof read(gzipSync(tar.subarray(0, length)))).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { seed: 41, numRuns: 1000 },
  );
});
