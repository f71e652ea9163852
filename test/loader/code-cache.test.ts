import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeCachePath, compileModule, readCodeCache } from '../../src/loader/code-cache.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');

describe('what was built', () => {
  const files = ['chunks', 'cli'].flatMap((folder) =>
    readdirSync(join(DIST, folder)).map((name) => join(DIST, folder, name)),
  );
  // What starts a program is itself compiled by Node.
  const loaded = files.filter((file) => file.includes('/chunks/') || file.endsWith('.program.js'));

  test.for([...loaded, join(DIST, 'conclusion.cjs'), join(DIST, 'arborist.cjs')])(
    'V8 takes the cache of %s',
    (file) => {
      const cache = readCodeCache(DIST, file);
      expect(cache).not.toBeNull();
      expect(compileModule(readFileSync(file, 'utf8'), file, cache).cachedDataRejected).toBe(false);
    },
  );

  test('a cache of another file is refused, and the file compiled', () => {
    const cache = readCodeCache(DIST, join(DIST, 'conclusion.cjs'));
    const script = compileModule('exports.said = 1;', 'own.js', cache);
    expect(script.cachedDataRejected).toBe(true);
    const exports = { said: 0 };
    script.runInThisContext()(exports);
    expect(exports.said).toBe(1);
  });
});

describe('an installation', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'egresslock-loader-'));
    for (const name of ['dist', 'package.json'])
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const dist = (): string => join(folder, 'dist');
  const ask = (): string => {
    const argv = [join(dist(), 'cli/main.js'), 'runs', '--db', join(folder, 'none.db')];
    return spawnSync(process.execPath, argv, { encoding: 'utf8' }).stderr;
  };

  test('works without caches, as on another Node', () => {
    rmSync(join(dist(), 'code-cache'), { recursive: true });
    expect(ask()).toMatch(/^egresslock: expected runs in .*\n$/);
  });

  test('works with caches that are none', () => {
    const caches = join(codeCachePath(dist(), join(dist(), 'x')), '..');
    for (const name of readdirSync(caches)) writeFileSync(join(caches, name), 'no cache');
    expect(ask()).toMatch(/^egresslock: expected runs in .*\n$/);
  });
});
