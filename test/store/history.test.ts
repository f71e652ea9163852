import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';
import { checkRun } from '../../src/policy/check.js';
import { HISTORY_RUNS } from '../../src/store/history.js';
import { openStore, type Store } from '../../src/store/store.js';
import { destination, left, npm, record } from '../report/sample.js';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'egresslock-history-'));
  store = openStore(join(folder, 'runs.db'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function keep(id: string, change: (whole: RunRecord) => RunRecord = (whole) => whole): RunRecord {
  const base = record();
  const whole = change({ ...base, run: { ...base.run, id } });
  const journal = store.beginRun({ ...whole.run, exitCode: null, durationMs: null }, whole.capture.backend);
  journal.finish(whole);
  expect(journal.failure).toBeNull();
  return whole;
}

const idOf = (day: number): string => `202601${String(day).padStart(2, '0')}T030405678-9abcdef0`;

test('concluded runs of the project before the one in question, newest first', () => {
  keep(idOf(1));
  keep(idOf(2), (whole) => ({ ...whole, run: { ...whole.run, phase: 'test' } }));
  keep(idOf(3), (whole) => ({ ...whole, run: { ...whole.run, project: '/work/other' } }));
  const open = record();
  store.beginRun({ ...open.run, id: idOf(4), exitCode: null, durationMs: null }, 'namespaces');
  keep(idOf(5));
  keep(idOf(6));
  const history = store.history('/work/app', idOf(5));
  expect(history.map(({ id, phase }) => [id, phase])).toEqual([
    [idOf(2), 'test'],
    [idOf(1), 'install'],
  ]);
  expect(store.history('/work/none', idOf(9))).toEqual([]);
});

test('a destination has its packages and managers, its addresses and its bytes; a bare process is left out', () => {
  keep(idOf(1));
  const [run] = store.history('/work/app', idOf(2));
  expect(run?.destinations.map(({ host, packages, bytesSent }) => [host, packages, bytesSent])).toEqual([
    ['gone.example', ['@scope/native'], 0],
    ['headers.example', ['@scope/native'], 1234],
    ['registry.example', ['(npm)'], 45_600],
    ['x.example', ['left'], 517],
  ]);
  expect(run?.destinations[3]).toEqual({
    host: 'x.example',
    port: 443,
    protocol: 'tls',
    packages: ['left'],
    addresses: ['198.51.100.7'],
    bytesSent: 517,
  });
});

test('is bounded', () => {
  for (let day = 1; day <= HISTORY_RUNS + 3; day += 1) keep(idOf(day));
  const history = store.history('/work/app', idOf(31));
  expect(history).toHaveLength(HISTORY_RUNS);
  expect(history[0]?.id).toBe(idOf(HISTORY_RUNS + 3));
});

test('what the detectors make of it', () => {
  for (const day of [1, 2, 3])
    keep(idOf(day), (whole) => ({
      ...whole,
      destinations: [destination('registry.example', 443, { bytesSent: 900, attributions: [npm] })],
    }));
  const now = keep(idOf(4), (whole) => ({
    ...whole,
    destinations: [
      destination('registry.example', 443, { bytesSent: 5_000_000, bytesReceived: 100, attributions: [npm] }),
      destination('x.example', 443, { attributions: [left] }),
    ],
  }));
  const history = store.history('/work/app', now.run.id);
  expect(checkRun(now, null, { history }).map(({ rule, severity }) => [rule, severity])).toEqual([
    ['volume-spike', 'medium'],
    ['first-egress-of-package', 'medium'],
  ]);
});
