import type { Database } from 'better-sqlite3';
import type { ExplainRow } from '../model/explain.js';
import type { History } from '../model/history.js';
import type { RunRecord } from '../model/record.js';
import type { RunSummary } from '../model/run-summary.js';
import { readHistory } from './history.js';
import { readAttributions, readDestinations, readRun, readStacks, stateOf } from './read-run.js';
import { type RunRow, toCapture, toRun } from './rows.js';

/** Reads of the database; none changes it. */
export interface Queries {
  /** Newest first. @param limit Number of runs, 1 or more. */
  runs(limit: number): RunSummary[];
  /** By id, by an unambiguous beginning of it (eight characters or more), or `latest`; null where there is none. */
  record(run: string): RunRecord | null;
  /** The newest run of each phase that was concluded or killed, sorted by phase; in a sinkhole nothing is as it would be. */
  latestByPhase(project: string): RunRecord[];
  /** The project's concluded runs before the one with that id, newest first, at most `HISTORY_RUNS`. */
  history(project: string, before: string): History;
  /**
   * Who talked to a host, or whom a package (`name` or `name@version`) or a package manager (`npm` or `(npm)`) talked
   * to; oldest run first.
   */
  explain(subject: string): ExplainRow[];
}

export function createQueries(database: Database): Queries {
  const find = (run: string): RunRow | undefined => {
    if (run === 'latest')
      return database.prepare<[], RunRow>('SELECT * FROM runs ORDER BY id DESC LIMIT 1').get();
    const rows = database
      .prepare<{ run: string }, RunRow>(
        'SELECT * FROM runs WHERE id = $run OR (length($run) >= 8 AND substr(id, 1, length($run)) = $run) ORDER BY id LIMIT 2',
      )
      .all({ run });
    return rows.find((row) => row.id === run) ?? (rows.length === 1 ? rows[0] : undefined);
  };
  return {
    runs: (limit) =>
      database
        .prepare<[number], RunRow & { destinations: number; findings: number }>(
          `SELECT runs.*,
             (SELECT count(*) FROM destinations WHERE run_id = runs.id) AS destinations,
             (SELECT count(*) FROM findings WHERE run_id = runs.id AND severity <> 'info') AS findings
           FROM runs ORDER BY id DESC LIMIT ?`,
        )
        .all(limit)
        .map((row) => ({
          run: toRun(row),
          verdict: toCapture(row)?.verdict ?? 'partial',
          state: stateOf(row),
          destinations: row.destinations,
          findings: row.findings,
        })),
    record: (run) => {
      const row = find(run);
      return row === undefined ? null : readRun(database, row);
    },
    latestByPhase: (project) =>
      database
        .prepare<[string], RunRow>(
          "SELECT * FROM runs WHERE project = ? AND mode <> 'sinkhole' ORDER BY phase, id DESC",
        )
        .all(project)
        .filter((row) => stateOf(row) !== 'running')
        .filter((row, index, rows) => row.phase !== rows[index - 1]?.phase)
        .map((row) => readRun(database, row)),
    history: (project, before) => readHistory(database, project, before),
    explain: (subject) => explain(database, subject),
  };
}

function explain(database: Database, subject: string): ExplainRow[] {
  const host = subject.toLowerCase().replace(/:\d+$/, '');
  const manager = subject.replace(/^\((.*)\)$/, '$1');
  const runs = database
    .prepare<{ host: string; subject: string; manager: string }, RunRow>(
      `SELECT * FROM runs WHERE id IN (
         SELECT run_id FROM destinations WHERE host = $host OR host = $subject
         UNION SELECT run_id FROM attributions JOIN packages ON packages.id = package_id
           WHERE name = $subject OR name || '@' || version = $subject
         UNION SELECT run_id FROM stack_attributions JOIN packages ON packages.id = package_id
           WHERE name = $subject OR name || '@' || version = $subject
         UNION SELECT run_id FROM attributions WHERE body ->> '$.manager' = $manager
         UNION SELECT run_id FROM stack_attributions, json_each(body, '$.stack.clients') AS client
           WHERE client.value ->> 'name' = $subject
             OR (client.value ->> 'name') || '@' || (client.value ->> 'version') = $subject
       ) ORDER BY id`,
    )
    .all({ host, subject, manager });
  return runs.flatMap((row) =>
    readDestinations(
      database,
      row.id,
      readAttributions(database, row.id),
      readStacks(database, row.id),
    ).flatMap((destination) => {
      const isHost = destination.host === host || destination.host === subject;
      return destination.attributions
        .filter(({ package: identity, stack, ...one }) => {
          if (one.manager === manager) return true;
          const named = [...(identity === null ? [] : [identity]), ...(stack?.clients ?? [])];
          return isHost || named.some(({ name, version }) => [name, `${name}@${version}`].includes(subject));
        })
        .map((attribution) => ({
          runId: row.id,
          phase: row.phase,
          startedAt: row.started_at,
          destination,
          attribution,
        }));
    }),
  );
}
