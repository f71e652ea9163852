import type { Actor } from '../model/actor.js';
import type { Attribution } from '../model/attribution.js';
import { compareBy } from '../model/compare.js';
import type { Destination } from '../model/destination.js';
import type { LockRow } from '../model/lock.js';
import { lockPackage } from '../model/lock-package.js';
import type { RunRecord } from '../model/record.js';
import { canonicalHost } from './canonical-host.js';

/** The rows that a run would need to be accepted: sorted, each once. What was not let out asks for none. */
export function rowsOf(record: RunRecord): LockRow[] {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  // A flow that its budget has cut had been let out.
  const allowed = record.destinations.filter(
    ({ verdict, failures }) => verdict === 'allowed' || failures.includes('EBUDGET'),
  );
  const rows = allowed.flatMap((destination) =>
    destination.attributions.map((attribution) => rowOf(record.run.phase, destination, attribution, actors)),
  );
  return sortRows(rows);
}

/** The row of one destination and one attribution. */
export function rowOf(
  phase: string,
  destination: Destination,
  attribution: Attribution,
  actors: ReadonlyMap<number, Actor>,
): LockRow {
  const actor = attribution.actorId === null ? null : (actors.get(attribution.actorId) ?? null);
  return {
    package: lockPackage(attribution, actor),
    phase,
    host: canonicalHost(destination.host),
    port: destination.port,
    protocol: destination.protocol,
  };
}

/** Sorted by package, phase, host, port, protocol, without repetition. */
export function sortRows(rows: readonly LockRow[]): LockRow[] {
  const unique = new Map(rows.map((row) => [rowKey(row), row]));
  return [...unique.values()].sort(
    compareBy(
      (row) => row.package,
      (row) => row.phase,
      (row) => row.host,
      (row) => row.port,
      (row) => row.protocol,
    ),
  );
}

export function rowKey(row: LockRow): string {
  return [row.package, row.phase, row.host, row.port, row.protocol].join('\0');
}
