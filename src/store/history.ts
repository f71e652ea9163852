import type { Database } from 'better-sqlite3';
import type { Attribution } from '../model/attribution.js';
import type { History, PastDestination } from '../model/history.js';
import { lockPackage } from '../model/lock-package.js';
import { readAttributions, readDestinations, readStacks } from './read-run.js';

/** Earlier runs that a run is held against, at most: what was usual half a year ago says little. */
export const HISTORY_RUNS = 20;

/**
 * The runs of a project that were concluded before a given one, newest first, without their events. A run that failed
 * or was not seen whole counts as well: what it has seen, it has seen.
 * @param before Id of the run in question; it need not be in the database
 */
export function readHistory(database: Database, project: string, before: string): History {
  const runs = database
    .prepare<[string, string, number], { id: string; phase: string }>(
      'SELECT id, phase FROM runs WHERE project = ? AND id < ? AND finished <> 0 ORDER BY id DESC LIMIT ?',
    )
    .all(project, before, HISTORY_RUNS);
  return runs.map(({ id, phase }) => {
    const attributions = readAttributions(database, id);
    const destinations = readDestinations(database, id, attributions, readStacks(database, id));
    return {
      id,
      phase,
      destinations: destinations.map(
        ({ host, port, protocol, addresses, bytesSent, attributions: by }): PastDestination => ({
          host,
          port,
          protocol,
          packages: packagesOf(by),
          addresses,
          bytesSent,
        }),
      ),
    };
  });
}

/** The lock's words for packages and package managers; a process would need its exec record to be named. */
function packagesOf(attributions: readonly Attribution[]): string[] {
  const named = attributions.filter((one) => one.package !== null || one.manager !== null);
  return [...new Set(named.map((one) => lockPackage(one, null)))].sort();
}
