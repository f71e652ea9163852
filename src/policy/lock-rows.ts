import type { Actor } from '../model/actor.js';
import type { Attribution } from '../model/attribution.js';
import { compareBy } from '../model/compare.js';
import type { Destination } from '../model/destination.js';
import type { LockRow } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import { canonicalHost } from './canonical-host.js';

/** The rows that a run would need to be accepted: sorted, each once. */
export function rowsOf(record: RunRecord): LockRow[] {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const rows = record.destinations.flatMap((destination) =>
    destination.attributions.map((attribution) => rowOf(record.run.phase, destination, attribution, actors)),
  );
  return sortRows(rows);
}

/** The row of one destination and one attribution. */
export function rowOf(
  phase: string,
  destination: Destination,
  attribution: Attribution,
  actors: ReadonlyMap<number, Actor>,
): LockRow {
  const actor = attribution.actorId === null ? null : (actors.get(attribution.actorId) ?? null);
  return {
    package: packageKey(attribution, actor),
    phase,
    host: canonicalHost(destination.host),
    port: destination.port,
    protocol: destination.protocol,
  };
}

/** Sorted by package, phase, host, port, protocol, without repetition. */
export function sortRows(rows: readonly LockRow[]): LockRow[] {
  const unique = new Map(rows.map((row) => [rowKey(row), row]));
  return [...unique.values()].sort(
    compareBy(
      (row) => row.package,
      (row) => row.phase,
      (row) => row.host,
      (row) => row.port,
      (row) => row.protocol,
    ),
  );
}

export function rowKey(row: LockRow): string {
  return [row.package, row.phase, row.host, row.port, row.protocol].join('\0');
}

/** No package name has brackets or blanks, so these can't be taken for one. */
function packageKey(attribution: Attribution, actor: Actor | null): string {
  if (attribution.package !== null) return attribution.package.name;
  if (attribution.manager !== null) return `(${attribution.manager})`;
  return actor === null ? '(process)' : `(process) ${programName(actor)}`;
}

/** What a person would call the process: its script where an interpreter runs one, else its program. */
function programName(actor: Actor): string {
  const program = baseName(actor.executable || actor.argv[0] || '');
  const script = actor.argv.slice(1).find((argument) => !argument.startsWith('-'));
  const isInterpreter = /^(node|nodejs|python[\d.]*|ruby|perl|deno|bun|java|bash|sh|dash)$/.test(program);
  const hasInlineCode = /^-(e|c|p)$/.test(actor.argv[1] ?? '');
  return isInterpreter && script !== undefined && !hasInlineCode ? `${program} ${baseName(script)}` : program;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
