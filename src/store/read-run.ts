import type { Database } from 'better-sqlite3';
import type { Actor, ActorId } from '../model/actor.js';
import { type Attribution, UNATTRIBUTED } from '../model/attribution.js';
import type { Destination } from '../model/destination.js';
import type { EgressEvent } from '../model/event.js';
import type { RunRecord } from '../model/record.js';
import type { Capture } from '../model/run.js';
import { isAlive } from './owner.js';
import {
  type AttributionRow,
  type FindingRow,
  parse,
  type RunRow,
  toAttribution,
  toCapture,
  toDestination,
  toFinding,
  toRun,
} from './rows.js';

/** A whole run; of one that was never concluded, what it had seen. */
export function readRun(database: Database, row: RunRow): RunRecord {
  const events = database
    .prepare<[string], { body: string }>('SELECT body FROM events WHERE run_id = ? ORDER BY seq')
    .all(row.id)
    .map(({ body }) => parse<EgressEvent>(body))
    .sort((a, b) => a.at - b.at || a.id - b.id);
  const actors = database
    .prepare<[string], { body: string }>('SELECT body FROM actors WHERE run_id = ? ORDER BY seq')
    .all(row.id)
    .map(({ body }) => parse<Actor>(body));
  const attributions = readAttributions(database, row.id);
  const stacks = readStacks(database, row.id);
  return {
    run: toRun(row),
    capture: toCapture(row) ?? interruptedCapture(row, events, actors.length),
    actors,
    events,
    attributions,
    stacks: readEventStacks(database, row.id, stacks),
    destinations: readDestinations(database, row.id, attributions, stacks),
    findings: database
      .prepare<[string], FindingRow>(
        'SELECT rule, severity, destination, package, message, help, also FROM findings WHERE run_id = ? ORDER BY seq',
      )
      .all(row.id)
      .map(toFinding),
  };
}

export function readAttributions(database: Database, runId: string): ReadonlyMap<ActorId, Attribution> {
  const rows = database
    .prepare<[string], AttributionRow>(
      `SELECT actor_seq, name, version, location, evidence, body
       FROM attributions LEFT JOIN packages ON packages.id = package_id WHERE run_id = ? ORDER BY actor_seq`,
    )
    .all(runId);
  return new Map(rows.map((row) => [row.actor_seq, toAttribution(row)]));
}

/** By number; see `stack_attributions`. */
export function readStacks(database: Database, runId: string): ReadonlyMap<number, Attribution> {
  const rows = database
    .prepare<[string], AttributionRow & { seq: number }>(
      `SELECT seq, actor_seq, name, version, location, evidence, body
       FROM stack_attributions LEFT JOIN packages ON packages.id = package_id WHERE run_id = ? ORDER BY seq`,
    )
    .all(runId);
  return new Map(rows.map((row) => [row.seq, toAttribution(row)]));
}

function readEventStacks(
  database: Database,
  runId: string,
  stacks: ReadonlyMap<number, Attribution>,
): ReadonlyMap<number, readonly Attribution[]> {
  const joins = database
    .prepare<[string], { event_seq: number; stack_seq: number }>(
      'SELECT event_seq, stack_seq FROM event_stacks WHERE run_id = ? ORDER BY event_seq, seq',
    )
    .all(runId);
  const byEvent = new Map<number, Attribution[]>();
  for (const { event_seq, stack_seq } of joins) {
    const found = stacks.get(stack_seq);
    if (found !== undefined) byEvent.set(event_seq, [...(byEvent.get(event_seq) ?? []), found]);
  }
  return byEvent;
}

export function readDestinations(
  database: Database,
  runId: string,
  attributions: ReadonlyMap<ActorId, Attribution>,
  stacks: ReadonlyMap<number, Attribution>,
): Destination[] {
  const joins = database
    .prepare<[string], { destination_seq: number; actor_seq: number | null; stack_seq: number | null }>(
      'SELECT destination_seq, actor_seq, stack_seq FROM destination_attributions WHERE run_id = ? ORDER BY destination_seq, seq',
    )
    .all(runId);
  const byDestination = new Map<number, Attribution[]>();
  for (const { destination_seq, actor_seq, stack_seq } of joins) {
    const list = byDestination.get(destination_seq) ?? [];
    const ofStack = stack_seq === null ? undefined : stacks.get(stack_seq);
    list.push(ofStack ?? (actor_seq === null ? undefined : attributions.get(actor_seq)) ?? UNATTRIBUTED);
    byDestination.set(destination_seq, list);
  }
  return database
    .prepare<[string], { seq: number; body: string }>(
      'SELECT seq, body FROM destinations WHERE run_id = ? ORDER BY seq',
    )
    .all(runId)
    .map(({ seq, body }) => toDestination(body, byDestination.get(seq) ?? []));
}

/** Whether a run goes on, has been concluded, or was killed before it could be. */
export function stateOf(row: RunRow): 'finished' | 'running' | 'killed' {
  if (row.finished !== 0) return 'finished';
  return isAlive({ pid: row.owner_pid, start: row.owner_start }) ? 'running' : 'killed';
}

function interruptedCapture(row: RunRow, events: readonly EgressEvent[], execs: number): Capture {
  const count = (kind: EgressEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const message =
    stateOf(row) === 'running' ? 'the run has not ended yet' : 'egresslock was killed in mid-run';
  return {
    verdict: 'partial',
    backend: row.backend as Capture['backend'],
    reasons: [{ code: 'killed', message }],
    counts: {
      dnsQueries: count('dns'),
      connections: count('connection'),
      datagramFlows: count('datagram'),
      denied: count('denied'),
      execs,
      unattributed: events.filter((event) => event.actorId === null).length,
    },
    survivors: [],
    hook: null,
  };
}
