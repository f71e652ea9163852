import { existsSync } from 'node:fs';
import type { RunRecord } from '../model/record.js';
import { openStore, type Store } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import { type CommonOptions, locate } from './project.js';
import { UsageError } from './usage-error.js';

/** Opens the runs that there are, for a command that only reads. @throws UsageError where there are none. */
export function withStore<T>(options: CommonOptions, use: (store: Store, project: string) => T): T {
  const { project, database } = locate(options);
  if (!existsSync(database)) {
    throw new UsageError(
      `expected runs in ${database}, found no such file; egresslock run -- COMMAND makes the first`,
    );
  }
  const store = openOrExplain(database);
  try {
    return use(store, project);
  } finally {
    store.close();
  }
}

/** The latest run of each phase; none where nothing was kept and none is needed. @throws UsageError */
export function keptRuns(options: CommonOptions, isRequired: boolean): RunRecord[] {
  if (!isRequired && !existsSync(locate(options).database)) return [];
  return withStore(options, (store, project) => store.latestByPhase(project));
}

/** @throws UsageError where the database can't be used. */
export function openOrExplain(file: string): Store {
  try {
    return openStore(file);
  } catch (cause) {
    if (cause instanceof StoreError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}
