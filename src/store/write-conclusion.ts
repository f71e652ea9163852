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
    const stackSeqs = writeStacks(database, record);
    writeDestinations(database, record, stackSeqs);
    const insert = database.prepare('INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    record.findings.forEach((finding, seq) => {
      const { rule, severity, destination, message, help } = finding;
      const also = finding.also === undefined ? null : JSON.stringify(finding.also);
      insert.run(run.id, seq, rule, severity, destination, finding.package, message, help, also);
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

/** Returns the number under which each was written. */
function writeStacks(database: Database, { run, stacks }: RunRecord): ReadonlyMap<Attribution, number> {
  const insert = database.prepare('INSERT INTO stack_attributions VALUES (?, ?, ?, ?, ?, ?)');
  const join = database.prepare('INSERT INTO event_stacks VALUES (?, ?, ?, ?)');
  const packageId = packageIds(database);
  const written = new Map<string, number>();
  const seqs = new Map<Attribution, number>();
  const write = (one: Attribution): number => {
    const { actorId, package: identity, evidence, ...rest } = one;
    const body = JSON.stringify(rest);
    const key = JSON.stringify([actorId, identity, evidence, body]);
    const known = written.get(key);
    if (known !== undefined) return known;
    const seq = written.size;
    insert.run(run.id, seq, actorId, identity === null ? null : packageId(identity), evidence, body);
    written.set(key, seq);
    return seq;
  };
  for (const [event, list] of stacks) {
    for (const [index, one] of list.entries()) {
      const seq = seqs.get(one) ?? write(one);
      seqs.set(one, seq);
      join.run(run.id, event, index, seq);
    }
  }
  return seqs;
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

function writeDestinations(
  database: Database,
  { run, destinations }: RunRecord,
  stackSeqs: ReadonlyMap<Attribution, number>,
): void {
  const insert = database.prepare('INSERT INTO destinations VALUES (?, ?, ?, ?, ?, ?, ?)');
  const join = database.prepare('INSERT INTO destination_attributions VALUES (?, ?, ?, ?, ?)');
  destinations.forEach(({ attributions, ...body }, seq) => {
    insert.run(run.id, seq, body.host, body.port, body.transport, body.protocol, JSON.stringify(body));
    for (const [index, one] of attributions.entries()) {
      join.run(run.id, seq, index, one.actorId, stackSeqs.get(one) ?? null);
    }
  });
}
