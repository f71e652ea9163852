import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  codeCachePath,
  compileModule,
  encodeCodeCache,
  readCodeCache,
  scriptName,
} from '../../src/loader/code-cache.js';

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
      expect(compileModule(readFileSync(file), scriptName(DIST, file), cache).cachedDataRejected).toBe(false);
    },
  );
});

describe('a code cache', () => {
  const said = (source: string, cache: Buffer | null): unknown => {
    const exports = { said: 0 };
    compileModule(Buffer.from(source), 'own.js', cache).runInThisContext()(exports);
    return exports.said;
  };
  const source = 'exports.said = 1;';
  const cache = (): Buffer =>
    encodeCodeCache(
      Buffer.from(source),
      compileModule(Buffer.from(source), 'own.js', null).createCachedData(),
    );

  test('is taken for its source, and compiled in place of', () => {
    const script = compileModule(Buffer.from(source), 'own.js', cache());
    expect(script.cachedDataRejected).toBe(false);
    expect(said(source, cache())).toBe(1);
  });

  test('is not taken for another source of the same length', () => {
    expect(said('exports.said = 2;', cache())).toBe(2);
  });

  test('is not taken when it is damaged, wherever that is', () => {
    const whole = cache();
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      // Undefined: V8 was not even shown it.
      expect(compileModule(Buffer.from(source), 'own.js', damaged).cachedDataRejected).toBeUndefined();
    }
    for (const cut of [0, 4, 8, whole.length - 1]) expect(said(source, whole.subarray(0, cut))).toBe(1);
  });

  test('leaves places in the first line where they are', () => {
    const script = compileModule(Buffer.from('throw new Error("here");'), 'own.js', null);
    expect(() => script.runInThisContext()()).toThrow(
      expect.objectContaining({ stack: expect.stringContaining('own.js:1:7') }),
    );
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

  test('works with damaged caches', () => {
    const caches = join(codeCachePath(dist(), join(dist(), 'x')), '..');
    const files = readdirSync(caches, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.bin'),
    );
    expect(files.length).toBeGreaterThan(50);
    for (const name of files) {
      const bytes = readFileSync(join(caches, name));
      writeFileSync(join(caches, name), bytes.fill(0, bytes.length >> 1));
    }
    expect(ask()).toMatch(/^egresslock: expected runs in .*\n$/);
  });

  test('says what makes the compiled part of SQLite', () => {
    rmSync(join(folder, 'node_modules'));
    const argv = [join(dist(), 'cli/main.js'), 'runs', '--db', join(folder, 'runs.db')];
    writeFileSync(join(folder, 'runs.db'), '');
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    expect(stderr).toMatch(
      /^egresslock: expected the compiled part of better-sqlite3 for this Node, .*npm rebuild.*\n$/,
    );
    expect(status).toBe(2);
  });

  test('tells twice what is missing, where it is asked for twice', () => {
    // Without its packages: the first that needs one fails, and so does who handles that.
    rmSync(join(folder, 'node_modules'));
    const argv = [join(dist(), 'cli/main.js'), 'run', '--db', join(folder, 'none.db'), '--', 'true'];
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    expect(stderr).toMatch(/Cannot find module 'koffi'/);
    expect(stderr).not.toMatch(/is not a function/);
    expect(status).toBe(122);
  });
});
