import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { keptForGood } from './kept-for-good.js';
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
    database = keptForGood(new Sqlite(file, { timeout: BUSY_TIMEOUT }));
    // A crash of the machine may lose the newest events, never the database (sqlite.org/wal.html).
    useWal(database);
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
    migrate(database);
    return database;
  } catch (cause) {
    database?.close();
    throw toStoreError(cause, file);
  }
}

/** Pause between two attempts, in milliseconds. */
const PAUSE = 10;

/**
 * Switches to write-ahead logging. Where two processes open a new database at once, SQLite tells the second that it is
 * locked without waiting (its busy handler is not asked for a change of the journal mode): so the waiting is done here.
 */
function useWal(database: Database): void {
  for (let waited = 0; ; waited += PAUSE) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!isBusy || waited >= BUSY_TIMEOUT) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
