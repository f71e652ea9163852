import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageLockIn } from '../../../src/run/review/project-texts.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'egresslock-texts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const LOCK = '{"lockfileVersion":3,"packages":{}}';

test('without a package lock there is none', () => {
  expect(packageLockIn(folder)).toEqual({ reading: { kind: 'absent' }, file: null });
});

test.each(['pnpm-lock.yaml', 'yarn.lock', 'bun.lock'])('%s is said not to be read', (name) => {
  writeFileSync(join(folder, name), '');
  expect(packageLockIn(folder)).toEqual({
    reading: { kind: 'not-read', reason: `${name} is there, and only package-lock.json can be read` },
    file: null,
  });
});

test("npm's order: a shrinkwrap before a package lock", () => {
  writeFileSync(join(folder, 'package-lock.json'), LOCK);
  expect(packageLockIn(folder)).toMatchObject({
    reading: { kind: 'read' },
    file: { name: 'package-lock.json' },
  });
  writeFileSync(join(folder, 'npm-shrinkwrap.json'), LOCK);
  expect(packageLockIn(folder)).toMatchObject({ file: { name: 'npm-shrinkwrap.json' } });
});
