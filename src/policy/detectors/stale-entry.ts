import { canonicalHost } from '../canonical-host.js';
import { destinationLabel } from '../labels.js';
import { rowKey, rowsOf } from '../lock-rows.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** Rows of this phase that a whole, successful run did not need. One of which something was refused says nothing of it. */
export function staleEntry({ record, lock }: Scene): Sighting[] {
  // A sinkhole's answers lead to other ways than the real ones.
  if (record.run.mode === 'sinkhole') return [];
  if (lock === null || record.capture.verdict !== 'complete' || record.run.exitCode !== 0) return [];
  if (record.destinations.some(({ verdict }) => verdict !== 'allowed')) return [];
  const seen = new Set(rowsOf(record).map(rowKey));
  return lock.rows
    .filter((row) => row.phase === record.run.phase)
    .filter((row) => !seen.has(rowKey({ ...row, host: canonicalHost(row.host) })))
    .map((row) => {
      const label = destinationLabel(row);
      return {
        rule: 'stale-entry',
        grade: 'high',
        destination: label,
        package: row.package,
        message: `\`${label}\` of \`${row.package}\` is in the lock and was not seen`,
        help: 'egresslock accept takes it out',
        covers: [],
      };
    });
}
