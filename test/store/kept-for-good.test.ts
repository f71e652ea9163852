import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/open.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'egresslock-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

test('no native object of a database is collected before the process ends', async () => {
  const gc = collector();
  const control = new WeakRef({});
  const open = (): WeakRef<object>[] => {
    const database = openDatabase(join(folder, 'runs.db'));
    const statement = new WeakRef(database.prepare('SELECT 1'));
    database.close();
    return [new WeakRef(database), statement];
  };
  const native = open();
  // A reference is held until the job that made it has ended (WeakRef, ECMA-262).
  await setImmediate();
  gc();
  expect(control.deref()).toBeUndefined();
  expect(native.map((reference) => reference.deref() !== undefined)).toEqual([true, true]);
});

test('a text is prepared once', () => {
  const database = openDatabase(join(folder, 'runs.db'));
  const text = 'SELECT count(*) AS runs FROM runs';
  expect(database.prepare(text)).toBe(database.prepare(text));
  expect(database.prepare(`${text} `)).not.toBe(database.prepare(text));
  expect(database.prepare(text).get()).toEqual({ runs: 0 });
  database.close();
});
