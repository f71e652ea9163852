import type { Database } from 'better-sqlite3';
import { MIGRATIONS } from './schema.js';
import { StoreError } from './store-error.js';

/**
 * Brings a database to the newest version (`PRAGMA user_version`), each step in a transaction of its own; two processes
 * that open a new database at once do it one after the other. @throws StoreError `too-new`
 */
export function migrate(database: Database, migrations = MIGRATIONS): void {
  const version = (): number => Number(database.prepare('PRAGMA user_version').pluck().get());
  if (version() > migrations.length) {
    throw new StoreError(
      'too-new',
      `expected a database of version ${migrations.length} or older, got version ${version()}; update egresslock`,
    );
  }
  for (const [index, step] of migrations.entries()) {
    if (version() > index) continue;
    database
      .transaction(() => {
        // Another process may have been quicker while this one waited for the write lock.
        if (version() > index) return;
        database.exec(step);
        database.exec(`PRAGMA user_version = ${index + 1}`);
      })
      .immediate();
  }
}
