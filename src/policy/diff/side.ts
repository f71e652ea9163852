import type { SideFacts } from '../../model/diff.js';
import type { Lock, LockRow } from '../../model/lock.js';
import type { PackageLockReading } from '../../model/package-lock.js';
import type { RunRecord } from '../../model/record.js';
import { canonicalHost } from '../canonical-host.js';
import { rowKey, rowOf, rowsOf, sortRows } from '../lock-rows.js';

/** What a run knows of a row beyond the row. */
export interface RowFacts {
  /** Of the package. */
  readonly name: string;
  readonly version: string | null;
  readonly location: string;
  readonly why: readonly (readonly string[])[];
}

/** One side of a comparison. */
export interface DiffSide {
  readonly label: string;
  readonly source: SideFacts['source'];
  /** Sorted, each once, hosts canonical. */
  readonly rows: readonly LockRow[];
  /** Phases that it knows of, sorted. */
  readonly phases: readonly string[];
  /** Whether what is not among the rows of a phase is not needed there. */
  isWhole(phase: string): boolean;
  /** Row key → what runs know of it; of several runs or places the first. */
  readonly facts: ReadonlyMap<string, RowFacts>;
  readonly packages: PackageLockReading;
}

export function sideOfLock(label: string, lock: Lock | null, packages: PackageLockReading): DiffSide {
  const rows = sortRows((lock?.rows ?? []).map((row) => ({ ...row, host: canonicalHost(row.host) })));
  return {
    label,
    source: lock === null ? 'nothing' : 'lock',
    rows,
    phases: [...new Set(rows.map(({ phase }) => phase))].sort(),
    isWhole: () => true,
    facts: new Map(),
    packages,
  };
}

export function sideOfRuns(
  label: string,
  records: readonly RunRecord[],
  packages: PackageLockReading,
): DiffSide {
  const facts = new Map<string, RowFacts>();
  for (const record of records)
    for (const [key, known] of factsOf(record)) if (!facts.has(key)) facts.set(key, known);
  const whole = new Set(records.filter(sawAll).map(({ run }) => run.phase));
  return {
    label,
    source: 'runs',
    rows: sortRows(records.flatMap(rowsOf)),
    phases: [...new Set(records.map(({ run }) => run.phase))].sort(),
    isWhole: (phase) => whole.has(phase),
    facts,
    packages,
  };
}

/** What a project's lock and its runs know together: a row is there where either has it. */
export function joinSides(lock: DiffSide, runs: DiffSide): DiffSide {
  const isLocked = lock.source !== 'nothing';
  return {
    label: runs.label,
    source: isLocked ? 'lock and runs' : 'runs',
    rows: sortRows([...lock.rows, ...runs.rows]),
    phases: [...new Set([...lock.phases, ...runs.phases])].sort(),
    isWhole: isLocked ? lock.isWhole : runs.isWhole,
    facts: runs.facts,
    packages: runs.packages,
  };
}

/** What a run that was hindered, cut short or answered by a sinkhole has not seen may still be needed. */
function sawAll({ run, capture, destinations }: RunRecord): boolean {
  const isReal = run.mode !== 'sinkhole' && run.exitCode === 0;
  return (
    isReal && capture.verdict === 'complete' && destinations.every(({ verdict }) => verdict === 'allowed')
  );
}

function* factsOf(record: RunRecord): Generator<[string, RowFacts]> {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  for (const destination of record.destinations) {
    for (const attribution of destination.attributions) {
      if (attribution.package === null) continue;
      const { name, version, location } = attribution.package;
      const key = rowKey(rowOf(record.run.phase, destination, attribution, actors));
      yield [key, { name, version, location, why: attribution.why }];
    }
  }
}
