import type { Capture, Run } from '../model/run.js';
import { createJournal, type Journal } from './journal.js';
import { openDatabase } from './open.js';
import { createQueries, type Queries } from './queries.js';
import { toStoreError } from './store-error.js';

export type { Journal } from './journal.js';

/** All runs that were kept, in one SQLite database. */
export interface Store extends Queries {
  readonly file: string;
  /** Begins to keep a run; its journal never throws. */
  beginRun(run: Run, backend: Capture['backend']): Journal;
  /** Idempotent. */
  close(): void;
}

/** Opens the database, and makes it where there is none. @throws StoreError */
export function openStore(file: string): Store {
  const database = openDatabase(file);
  const queries = createQueries(database);
  const guarded = <Arguments extends unknown[], Result>(query: (...args: Arguments) => Result) => {
    return (...args: Arguments): Result => {
      try {
        return query(...args);
      } catch (cause) {
        const isDatabase =
          cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE');
        throw isDatabase ? toStoreError(cause, file) : cause;
      }
    };
  };
  return {
    file,
    runs: guarded(queries.runs),
    record: guarded(queries.record),
    latestByPhase: guarded(queries.latestByPhase),
    history: guarded(queries.history),
    explain: guarded(queries.explain),
    beginRun: (run, backend) => createJournal(database, file, run, backend),
    close: () => database.close(),
  };
}
