import type { Database, Statement } from 'better-sqlite3';

/** Databases and their statements, which are few: they end with the process. */
const kept: unknown[] = [];

/**
 * Keeps a database and the statements that it prepares from being collected. Node from 24.19 on ends the process at once
 * when the collector meets a native object of an addon that was compiled with its headers (nodejs/node#65446), as those of
 * better-sqlite3 before 13 are; and 13 needs Node 22. So `pragma` must not be used either: its statements are nobody's.
 *
 * A statement is prepared once for each text: whoever prepares it again must not be in the middle of its rows (`iterate`).
 */
export function keptForGood(database: Database): Database {
  const prepare = database.prepare.bind(database);
  const statements = new Map<string, Statement>();
  kept.push([database, statements]);
  database.prepare = ((source: string) => {
    const known = statements.get(source) ?? prepare(source);
    statements.set(source, known);
    return known;
  }) as Database['prepare'];
  return database;
}
