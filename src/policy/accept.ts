import { LOCK_VERSION, type Lock, type LockRow } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import { rowKey, rowsOf, sortRows } from './lock-rows.js';

export interface Acceptance {
  readonly lock: Lock;
  readonly added: readonly LockRow[];
  readonly removed: readonly LockRow[];
}

/**
 * Accepts what a run has done: the rows of its phase become what was seen, other phases stay. A run that may not have
 * seen everything, whose command failed half-way, of which something was blocked, or that ran in a sinkhole, takes
 * nothing away.
 */
export function acceptRun(lock: Lock | null, record: RunRecord): Acceptance {
  const before = lock?.rows ?? [];
  const seen = rowsOf(record);
  const isHindered = record.destinations.some(({ verdict }) => verdict !== 'allowed');
  const isReal = record.run.mode !== 'sinkhole';
  const isWhole = isReal && record.capture.verdict === 'complete' && record.run.exitCode === 0 && !isHindered;
  const kept = before.filter((row) => row.phase !== record.run.phase || !isWhole);
  const rows = sortRows([...kept, ...seen]);
  const keysBefore = new Set(before.map(rowKey));
  const keysAfter = new Set(rows.map(rowKey));
  return {
    lock: { lockVersion: LOCK_VERSION, rows },
    added: rows.filter((row) => !keysBefore.has(rowKey(row))),
    removed: before.filter((row) => !keysAfter.has(rowKey(row))),
  };
}
