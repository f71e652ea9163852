import { compareBy } from '../../model/compare.js';
import type { EgressEvent } from '../../model/event.js';
import type { RunRecord } from '../../model/record.js';
import { asciiText, plainText } from '../plain-text.js';
import { whosBy } from './sightings.js';

/** Lanes of one run; what is done by yet others is one lane. */
const MOST_LANES = 12;
/** Steps that a run's time is told in: a mark is at least one wide, so there are at most half as many of a kind. */
export const STEPS = 240;
/** Names that a mark tells; the rest is counted. */
const MOST_NAMES = 3;

export const MARK_KINDS = ['query', 'flow', 'refused'] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/** Events of one kind that follow each other without a gap. */
export interface LaneMark {
  readonly kind: MarkKind;
  /** Steps, 0 to `STEPS`; `to` is at least one more than `from`. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds since the run's start. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly count: number;
  /** Distinct, in the order in which they came, at most `MOST_NAMES`. */
  readonly names: readonly string[];
  readonly moreNames: number;
}

export interface Lane {
  readonly who: string;
  readonly counts: Readonly<Record<MarkKind, number>>;
  /** Milliseconds since the run's start. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** By kind, then by time. */
  readonly marks: readonly LaneMark[];
}

export interface TimeLine {
  /** Milliseconds that the lanes are long; at least 1. */
  readonly span: number;
  /** The earliest first. */
  readonly lanes: readonly Lane[];
}

interface Sight {
  readonly kind: MarkKind;
  readonly at: number;
  readonly until: number;
  readonly name: string;
}

/** When whom did what in a run: the busiest by name, all others together. */
export function timeLineOf(record: RunRecord): TimeLine {
  const whosOf = whosBy(record);
  const byWho = new Map<string, Sight[]>();
  const ends = [record.run.durationMs ?? 0];
  for (const event of record.events) {
    const sight = sightOf(event, record.run.durationMs);
    if (sight === null) continue;
    ends.push(sight.until);
    for (const who of whosOf(event)) {
      const list = byWho.get(who);
      if (list === undefined) byWho.set(who, [sight]);
      else list.push(sight);
    }
  }
  const span = Math.max(
    1,
    ends.reduce((most, end) => Math.max(most, end), 0),
  );
  const busiest = [...byWho].sort(
    compareBy(
      ([, sights]) => -sights.filter(({ kind }) => kind === 'refused').length,
      ([, sights]) => -sights.length,
      ([who]) => who,
    ),
  );
  const shown = busiest.slice(0, busiest.length > MOST_LANES + 1 ? MOST_LANES : busiest.length);
  const rest = busiest.slice(shown.length);
  const lanes = shown
    .map(([who, sights]) => laneOf(who, sights, span))
    .sort(
      compareBy(
        (lane) => lane.firstAt,
        (lane) => lane.who,
      ),
    );
  if (rest.length === 0) return { span, lanes };
  return {
    span,
    lanes: [
      ...lanes,
      laneOf(
        `${rest.length} others`,
        rest.flatMap(([, sights]) => sights),
        span,
      ),
    ],
  };
}

function sightOf(event: EgressEvent, runEnd: number | null): Sight | null {
  switch (event.kind) {
    case 'dns':
      return {
        kind: event.verdict === 'blocked' ? 'refused' : 'query',
        at: event.at,
        until: event.at + (event.durationMs ?? 0),
        name: asciiText(event.name),
      };
    case 'connection':
    case 'datagram':
      return {
        kind: event.verdict === 'blocked' ? 'refused' : 'flow',
        at: event.at,
        until:
          event.durationMs === null ? Math.max(event.at, runEnd ?? event.at) : event.at + event.durationMs,
        name: asciiText(event.host),
      };
    case 'denied':
      return { kind: 'refused', at: event.at, until: event.at, name: plainText(event.what) };
    // The connection that carried it is there already.
    case 'request':
      return null;
  }
}

function laneOf(who: string, sights: readonly Sight[], span: number): Lane {
  const sorted = [...sights].sort(
    compareBy(
      (sight) => sight.at,
      (sight) => sight.until,
      (sight) => sight.name,
    ),
  );
  const marks = MARK_KINDS.map((kind) =>
    marksOf(
      kind,
      sorted.filter((sight) => sight.kind === kind),
      span,
    ),
  );
  const count = (index: number): number => (marks[index] ?? []).reduce((sum, mark) => sum + mark.count, 0);
  return {
    who,
    counts: { query: count(0), flow: count(1), refused: count(2) },
    firstAt: sorted[0]?.at ?? 0,
    lastAt: sorted.reduce((last, sight) => Math.max(last, sight.until), 0),
    marks: marks.flat(),
  };
}

function marksOf(kind: MarkKind, sorted: readonly Sight[], span: number): LaneMark[] {
  const stepOf = (at: number): number => Math.min(STEPS - 1, Math.max(0, Math.floor((at / span) * STEPS)));
  const marks: (Omit<LaneMark, 'names' | 'moreNames'> & { readonly names: Set<string> })[] = [];
  for (const { at, until, name } of sorted) {
    const from = stepOf(at);
    const to = stepOf(until) + 1;
    const last = marks.at(-1);
    if (last !== undefined && from <= last.to) {
      last.names.add(name);
      marks[marks.length - 1] = {
        ...last,
        to: Math.max(last.to, to),
        lastAt: Math.max(last.lastAt, until),
        count: last.count + 1,
      };
    } else marks.push({ kind, from, to, firstAt: at, lastAt: until, count: 1, names: new Set([name]) });
  }
  return marks.map((mark) => ({
    ...mark,
    names: [...mark.names].slice(0, MOST_NAMES),
    moreNames: Math.max(0, mark.names.size - MOST_NAMES),
  }));
}
