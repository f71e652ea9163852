import { compareBy } from '../../model/compare.js';
import type { ChangedRow, DiffRow, EgressDiff, Origin, SideFacts, Way } from '../../model/diff.js';
import type { Lock, LockRow } from '../../model/lock.js';
import { rowKey } from '../lock-rows.js';
import { createMatcher } from '../matcher.js';
import { countChanges, packagesByName } from './dependency-change.js';
import { originReader, type WhyChain } from './origin.js';
import type { DiffSide } from './side.js';

export interface DiffInput {
  readonly base: DiffSide;
  readonly head: DiffSide;
  readonly whyChain: WhyChain;
  /** Whether the base is a commit. */
  readonly isPullRequest: boolean;
  /** The head's own lock, where its rows are held against one. */
  readonly lock: Lock | null;
}

/** What is new, gone and changed. A look-up of a name that is connected to as well is part of the connection. */
export function diffEgress({ base, head, whyChain, isPullRequest, lock }: DiffInput): EgressDiff {
  const before = byHost(base.rows);
  const after = byHost(head.rows);
  const read = originReader({ base, head, whyChain, isPullRequest });
  const originOf = (row: LockRow, side: 'base' | 'head'): Origin => {
    const facts = (side === 'head' ? head : base).facts.get(rowKey(row));
    return read({ name: row.package, version: null, location: null, why: [], ...facts }, side);
  };
  const matcher = lock === null ? null : createMatcher(lock);
  const hosts = { base: hostsOf(base.rows), head: hostsOf(head.rows) };
  const added: DiffRow[] = [];
  const gone: DiffRow[] = [];
  const changed: ChangedRow[] = [];
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const old = before.get(key) ?? [];
    const now = after.get(key) ?? [];
    if (old.length === 0) {
      for (const row of now) {
        const isAccepted = matcher === null ? null : matcher.has(row);
        added.push({
          row,
          origin: originOf(row, 'head'),
          isHostAlone: !hosts.base.has(row.host),
          isAccepted,
        });
      }
    } else if (now.length === 0) {
      for (const row of old.filter(({ phase }) => head.isWhole(phase)))
        gone.push({
          row,
          origin: originOf(row, 'base'),
          isHostAlone: !hosts.head.has(row.host),
          isAccepted: null,
        });
    } else {
      const news = now.filter((row) => !covers(old, row));
      const lost = head.isWhole(old[0]?.phase ?? '') ? old.filter((row) => !covers(now, row)) : [];
      const [row] = news.length > 0 ? news : lost;
      if (row === undefined) continue;
      const { package: name, phase, host } = row;
      changed.push({
        package: name,
        phase,
        host,
        before: old.map(wayOf),
        after: now.map(wayOf),
        origin: originOf(news[0] ?? now[0] ?? row, 'head'),
        isAccepted: matcher === null ? null : news.every((one) => matcher.has(one)),
      });
    }
  }
  const basePhases = new Set(base.phases);
  return {
    base: factsOf(base),
    head: factsOf(head),
    isPullRequest,
    added: added.sort(asRows(({ row }) => row)),
    changed: changed.sort(asRows((one) => ({ ...one, port: null, protocol: 'none' }))),
    gone: gone.sort(asRows(({ row }) => row)),
    phasesOnlyInHead: head.phases.filter((phase) => !basePhases.has(phase)),
    phasesUnseen: base.phases.filter((phase) => !head.isWhole(phase)),
    dependencies: countChanges(packagesByName(base.packages), packagesByName(head.packages)),
  };
}

/** Whether one of the rows, which are of one package, phase and host, is the row or has its look-up in it. */
function covers(rows: readonly LockRow[], row: LockRow): boolean {
  return rows.some((one) => row.port === null || (one.port === row.port && one.protocol === row.protocol));
}

function byHost(rows: readonly LockRow[]): ReadonlyMap<string, readonly LockRow[]> {
  const groups = new Map<string, LockRow[]>();
  for (const row of rows) {
    const key = [row.package, row.phase, row.host].join('\0');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(row);
  }
  return groups;
}

function hostsOf(rows: readonly LockRow[]): ReadonlySet<string> {
  return new Set(rows.map(({ host }) => host));
}

function wayOf({ port, protocol }: LockRow): Way {
  return { port, protocol };
}

function asRows<T>(rowOf: (value: T) => LockRow): (a: T, b: T) => number {
  return compareBy(
    (value) => rowOf(value).package,
    (value) => rowOf(value).phase,
    (value) => rowOf(value).host,
    (value) => rowOf(value).port,
    (value) => rowOf(value).protocol,
  );
}

function factsOf({ label, source, phases, packages }: DiffSide): SideFacts {
  return {
    label,
    source,
    phases,
    packageLock: packages.kind,
    reason: packages.kind === 'not-read' ? packages.reason : null,
  };
}
