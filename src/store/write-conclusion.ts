import type { Database } from 'better-sqlite3';
import type { Attribution } from '../model/attribution.js';
import type { PackageIdentity } from '../model/package.js';
import type { RunRecord } from '../model/record.js';

/** Writes what was concluded of a run: attributions, destinations, findings and the capture's verdict. */
export function writeConclusion(database: Database, record: RunRecord): void {
  database.transaction(() => {
    const { run, capture } = record;
    database
      .prepare('UPDATE runs SET finished = 1, duration_ms = ?, exit_code = ?, capture = ? WHERE id = ?')
      .run(run.durationMs, run.exitCode, JSON.stringify(capture), run.id);
    writeAttributions(database, run.id, [...record.attributions.values()]);
    writeDestinations(database, record);
    const insert = database.prepare('INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    record.findings.forEach((finding, seq) => {
      const { rule, severity, destination, message, help } = finding;
      insert.run(run.id, seq, rule, severity, destination, finding.package, message, help);
    });
  })();
}

function writeAttributions(database: Database, runId: string, attributions: readonly Attribution[]): void {
  const insert = database.prepare('INSERT INTO attributions VALUES (?, ?, ?, ?, ?)');
  const packageId = packageIds(database);
  for (const { actorId, package: identity, evidence, ...body } of attributions) {
    if (actorId === null) continue;
    insert.run(
      runId,
      actorId,
      identity === null ? null : packageId(identity),
      evidence,
      JSON.stringify(body),
    );
  }
}

function packageIds(database: Database): (identity: PackageIdentity) => number {
  const insert = database.prepare(
    'INSERT OR IGNORE INTO packages (name, version, location) VALUES (?, ?, ?)',
  );
  const select = database.prepare<[string, string, string], { id: number }>(
    'SELECT id FROM packages WHERE name = ? AND version = ? AND location = ?',
  );
  return ({ name, version, location }) => {
    // No version is the empty one here: two nulls would not be unique.
    const key = [name, version ?? '', location] as const;
    insert.run(...key);
    return select.get(...key)?.id ?? 0;
  };
}

function writeDestinations(database: Database, { run, destinations }: RunRecord): void {
  const insert = database.prepare('INSERT INTO destinations VALUES (?, ?, ?, ?, ?, ?, ?)');
  const join = database.prepare('INSERT INTO destination_attributions VALUES (?, ?, ?, ?)');
  destinations.forEach(({ attributions, ...body }, seq) => {
    insert.run(run.id, seq, body.host, body.port, body.transport, body.protocol, JSON.stringify(body));
    for (const [index, { actorId }] of attributions.entries()) join.run(run.id, seq, index, actorId);
  });
}
