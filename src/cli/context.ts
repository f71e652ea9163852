import { existsSync } from 'node:fs';
import { openStore, type Store } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import { databasePath, projectOf } from './project.js';
import { UsageError } from './usage-error.js';

export interface CommonOptions {
  readonly db?: string;
  readonly lock?: string;
}

/** The project of the working folder, and where its runs are kept. */
export function locate(options: CommonOptions): {
  readonly project: string;
  readonly database: string;
  readonly remark: string | null;
} {
  const project = projectOf(process.cwd());
  const { file, remark } = databasePath(project, options.db, process.env);
  return { project, database: file, remark };
}

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

export function openOrExplain(file: string): Store {
  try {
    return openStore(file);
  } catch (cause) {
    if (cause instanceof StoreError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}
