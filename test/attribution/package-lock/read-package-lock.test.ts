import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPackageLock } from '../../../src/attribution/package-lock/read-package-lock.js';
import { whyChains } from '../../../src/attribution/why.js';
import type { PackageLock } from '../../../src/model/package-lock.js';

const read = (packages: unknown, one: Record<string, unknown> = {}): PackageLock => {
  const reading = readPackageLock(JSON.stringify({ lockfileVersion: 3, packages, ...one }, null, 2));
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  return reading.lock;
};

test('names, versions, archives and lines', () => {
  const lock = read({
    '': { name: 'app' },
    'node_modules/@scope/left': { version: '1.0.0', integrity: 'sha512-a', dev: true },
    'node_modules/alias': { name: 'real', version: '2.0.0', resolved: 'https://registry.example/real.tgz' },
    'node_modules/alias/node_modules/inner': { devOptional: true },
  });
  expect(lock.packages).toEqual([
    {
      name: '@scope/left',
      version: '1.0.0',
      location: 'node_modules/@scope/left',
      dev: true,
      archive: 'sha512-a',
      lines: { entry: 7, version: 8, archive: 9 },
    },
    {
      name: 'real',
      version: '2.0.0',
      location: 'node_modules/alias',
      dev: false,
      archive: 'https://registry.example/real.tgz',
      lines: { entry: 12, version: 14, archive: 15 },
    },
    {
      name: 'inner',
      version: null,
      location: 'node_modules/alias/node_modules/inner',
      dev: true,
      archive: null,
      lines: { entry: 17, version: null, archive: null },
    },
  ]);
});

test('chains go by the nearest node_modules, and through workspaces', () => {
  const { tree } = read({
    '': { name: 'app', workspaces: ['packages/*'], dependencies: { a: '1', alias: '1' } },
    'packages/w': { name: 'w', dependencies: { b: '2' }, devDependencies: { a: '1' } },
    'node_modules/w': { resolved: 'packages/w', link: true },
    'node_modules/a': { version: '1.0.0', dependencies: { b: '1' }, peerDependencies: { nowhere: '1' } },
    'node_modules/a/node_modules/b': { version: '1.0.0', dependencies: { w: '1' } },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/alias': { name: 'real', version: '1.0.0', dependencies: { c: '1' } },
    'node_modules/c': { version: '1.0.0' },
    // Node looks in no node_modules of a node_modules.
    'node_modules/node_modules/c': { version: '2.0.0' },
  });
  expect(whyChains(tree, 'node_modules/c')).toEqual([['app', 'alias', 'c']]);
  expect(whyChains(tree, 'node_modules/a/node_modules/b')).toEqual([
    ['app', 'a', 'b'],
    ['app', 'w', 'a', 'b'],
  ]);
  expect(whyChains(tree, 'node_modules/b')).toEqual([
    ['app', 'w', 'b'],
    ['app', 'a', 'b', 'w', 'b'],
  ]);
  expect(whyChains(tree, 'node_modules/alias')).toEqual([['app', 'alias']]);
});

test.each([
  ['no JSON', 'lockfileVersion: 9', 'not JSON'],
  ['no object', '[]', 'not a JSON object'],
  ['the first format', '{"lockfileVersion":1,"dependencies":{}}', 'lockfileVersion 2 or 3'],
  ['no packages', '{"lockfileVersion":3,"packages":[]}', 'lockfileVersion 2 or 3'],
])('%s is not read, and it is said why', (_, text, reason) => {
  expect(readPackageLock(text)).toEqual({ kind: 'not-read', reason: expect.stringContaining(reason) });
});

test('more than anybody has is not read', () => {
  const packages = Object.fromEntries(
    Array.from({ length: 50_001 }, (_, index) => [`node_modules/p${index}`, {}]),
  );
  expect(readPackageLock(JSON.stringify({ lockfileVersion: 3, packages }))).toMatchObject({
    kind: 'not-read',
  });
});

test('hostile locks are read to their end, whatever stands where', () => {
  const key = fc.constantFrom(
    '',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'w',
    '__proto__',
    '../x',
    '/',
  );
  const member = fc.constantFrom('name', 'version', 'resolved', 'link', 'dev', 'dependencies', 'integrity');
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.dictionary(key, fc.string()),
    fc.constant(true),
    key,
  );
  fc.assert(
    fc.property(fc.dictionary(key, fc.dictionary(member, value)), (packages) => {
      const { packages: found, tree } = read(packages);
      for (const { location } of found) expect(whyChains(tree, location, 3).length).toBeLessThanOrEqual(3);
    }),
    { seed: 20_261_125, numRuns: 1000 },
  );
});
