import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { makeFolder } from './make-folder.js';
import { migrate } from './migrate.js';
import { toStoreError } from './store-error.js';

/** How long a write waits for another run's, in milliseconds. */
const BUSY_TIMEOUT = 5000;

/** Opens a database for writing, and makes it and its folder where they are not there. @throws StoreError */
export function openDatabase(file: string): Database {
  let database: Database | null = null;
  try {
    makeFolder(dirname(file));
    database = new Sqlite(file, { timeout: BUSY_TIMEOUT });
    // A crash of the machine may lose the newest events, never the database (sqlite.org/wal.html).
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    migrate(database);
    return database;
  } catch (cause) {
    database?.close();
    throw toStoreError(cause, file);
  }
}
