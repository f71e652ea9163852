import { jsonPlaces } from '../../model/json-places.js';
import type { LockRow } from '../../model/lock.js';
import { lockLineKey } from '../../model/review.js';
import { destinationLabel } from '../labels.js';

/** Lines of a lock's rows. @param text What `parseLock` has accepted */
export function lockLines(text: string): ReadonlyMap<string, number> {
  const { rows }: { rows: readonly LockRow[] } = JSON.parse(text.replace(/^\uFEFF/, ''));
  const lines = new Map<string, number>();
  for (const { path, line } of jsonPlaces(text, 2)) {
    const row = path[0] === 'rows' && path.length === 2 ? rows[Number(path[1])] : undefined;
    if (row === undefined) continue;
    lines.set(lockLineKey(row.phase, destinationLabel(row), row.package), line);
  }
  return lines;
}
