import { expect, test } from 'vitest';
import type { LockRow } from '../../src/model/lock.js';
import { acceptRun } from '../../src/policy/accept.js';
import { checkRun } from '../../src/policy/check.js';
import { rowsOf } from '../../src/policy/lock-rows.js';
import { attribution, byPackage, destination, runWith } from './runs.js';

const stale: LockRow = { package: 'gone', phase: 'install', host: 'old.example', port: 443, protocol: 'tls' };
const other: LockRow = { ...stale, phase: 'test' };
const seen = runWith([destination('x.example', 443, { attributions: [byPackage('left')] })]);

test('rows of the phase become what was seen; other phases stay', () => {
  const { lock, added, removed } = acceptRun({ lockVersion: 1, rows: [stale, other] }, seen);
  expect(lock.rows.map((row) => [row.package, row.phase])).toEqual([
    ['gone', 'test'],
    ['left', 'install'],
  ]);
  expect(added.map((row) => row.host)).toEqual(['x.example']);
  expect(removed).toEqual([stale]);
});

test.for([
  {
    what: 'a run that may not have seen all',
    one: { capture: { ...seen.capture, verdict: 'partial' as const } },
  },
  { what: 'a run in a sinkhole', one: { run: { ...seen.run, mode: 'sinkhole' as const } } },
  { what: 'a command that failed', one: { run: { ...seen.run, exitCode: 1 } } },
])('$what takes nothing away', ({ one }) => {
  const { lock, removed } = acceptRun({ lockVersion: 1, rows: [stale] }, { ...seen, ...one });
  expect(lock.rows).toHaveLength(2);
  expect(removed).toEqual([]);
});

test('what a sinkhole has not seen is not stale', () => {
  const rules = (mode: 'observe' | 'sinkhole') =>
    checkRun({ ...seen, run: { ...seen.run, mode } }, { lockVersion: 1, rows: [stale] }).map(
      ({ rule }) => rule,
    );
  expect(rules('observe')).toContain('stale-entry');
  expect(rules('sinkhole')).not.toContain('stale-entry');
});

test('what was accepted is found by no check, and accepted again changes nothing', () => {
  const run = runWith([
    destination('X.example.', 443, {
      attributions: [byPackage('left'), attribution({ actorId: 2, evidence: 'process-only' })],
    }),
    destination('::ffff:198.51.100.9', 80, { attributions: [byPackage('left')] }),
  ]);
  const { lock } = acceptRun(null, run);
  expect(checkRun(run, lock)).toEqual([]);
  expect(acceptRun(lock, run)).toEqual({ lock, added: [], removed: [] });
  expect(lock.rows.map((row) => row.host)).toEqual(['x.example', '198.51.100.9', 'x.example']);
});

test('an event that nobody could be tied to has a row of its own', () => {
  expect(rowsOf(runWith([destination('x.example', 443)])).map((row) => row.package)).toEqual(['(process)']);
});
