import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactTarget } from '../../../src/capture/sinkhole/redact-target.js';

test.for([
  ['/', '/'],
  ['*', '*'],
  ['/@scope/name/-/name-1.0.0.tgz', '/@scope/name/-/name-1.0.0.tgz'],
  ['/a?', '/a?'],
  ['/a?b=secret', '/a?b=[6 B]'],
  ['/a?b=secret&&c=d&', '/a?b=[6 B]&&c=[1 B]&'],
  ['/a?b=c=d?e', '/a?b=[5 B]'],
  ['/a?b=c;d=e', '/a?b=[5 B]'],
  ['/a?=secret', '/a?=[6 B]'],
  // What is before the padding of Base64 is no name.
  ['/a?secret', '/a?[6 B]'],
  ['/a?secret=', '/a?[7 B]'],
  ['/a?secret==', '/a?[8 B]'],
  ['/a#secret', '/a#[6 B]'],
  ['/a#token=secret', '/a#token=[6 B]'],
  ['/a?b=c#secret', '/a?b=[8 B]'],
  ['/a?b=http://me:secret@x.example/', '/a?b=[27 B]'],
  ['http://x.example/a@b?c=d', 'http://x.example/a@b?c=[1 B]'],
  ['http://me:secret@x.example/a', 'http://[9 B]@x.example/a'],
  ['HTTP://me@secret@x.example?b', 'HTTP://[9 B]@x.example?[1 B]'],
  ['//me:secret@x.example/', '//[9 B]@x.example/'],
  ['me:secret@x.example:443', '[9 B]@x.example:443'],
  ['x.example:443', 'x.example:443'],
] as const)('%s is kept as %s', ([target, expected]) => {
  expect(redactTarget(target)).toBe(expected);
});

test('no value is left, wherever it is', () => {
  // Capitals, which nothing else here has but the unit.
  const value = fc.stringMatching(/^[C-Z][C-Z=?#;/@%]{0,20}$/);
  const name = fc.stringMatching(/^[a-z]{1,5}$/);
  const part = fc.oneof(
    value.map((one) => one.replaceAll('=', '')),
    fc.tuple(name, value).map(([key, one]) => `${key}=${one}`),
  );
  const user = fc.stringMatching(/^[C-Z]{1,8}(:[C-Z@]{0,8})?$/);
  const target = fc
    .tuple(fc.option(user), fc.array(part, { minLength: 1 }))
    .map(([info, parts]) => `${info === null ? '' : `http://${info}@x.example`}/a?${parts.join('&')}`);
  fc.assert(
    fc.property(target, (one) => {
      expect(redactTarget(one)).toMatch(/^(http:\/\/\[\d+ B\]@x\.example)?\/a\?[a-z=&[\]\d B]*$/);
    }),
    { seed: 1, numRuns: 500 },
  );
});
