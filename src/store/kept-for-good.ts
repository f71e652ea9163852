import type { Database } from 'better-sqlite3';

/** Databases and their statements, which are few: they end with the process. */
const kept: unknown[] = [];

/**
 * Keeps a database and the statements that it prepares from being collected. Node from 24.19 on ends the process at once
 * when the collector meets a native object of an addon that was compiled with its headers (nodejs/node#65446), as those of
 * better-sqlite3 before 13 are; and 13 needs Node 22. So `pragma` must not be used either: its statements are nobody's.
 */
export function keptForGood(database: Database): Database {
  const prepare = database.prepare.bind(database);
  kept.push(database);
  database.prepare = ((source: string) => {
    const statement = prepare(source);
    kept.push(statement);
    return statement;
  }) as Database['prepare'];
  return database;
}
