import type { ActorId } from '../model/actor.js';
import type { Attribution } from '../model/attribution.js';
import type { Destination } from '../model/destination.js';
import type { Finding } from '../model/finding.js';
import type { Capture, Run } from '../model/run.js';

/** Rows as SQLite gives them, and what they mean. The bodies were written by this program, by the same types. */
export interface RunRow {
  readonly id: string;
  readonly project: string;
  readonly phase: string;
  readonly mode: string;
  readonly backend: string;
  readonly command: string;
  readonly started_at: string;
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly finished: number;
  readonly owner_pid: number;
  readonly owner_start: string;
  readonly capture: string | null;
}

export interface AttributionRow {
  readonly actor_seq: ActorId;
  readonly name: string | null;
  readonly version: string | null;
  readonly location: string | null;
  readonly evidence: string;
  readonly body: string;
}

export interface FindingRow extends Omit<Finding, 'also'> {
  readonly also: string | null;
}

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    command: parse<string[]>(row.command),
    phase: row.phase,
    mode: row.mode as Run['mode'],
    project: row.project,
    exitCode: row.exit_code,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
  };
}

export function toCapture(row: RunRow): Capture | null {
  // What was written before there was a hook has no word of it.
  return row.capture === null ? null : { hook: null, ...parse<Omit<Capture, 'hook'>>(row.capture) };
}

export function toAttribution(row: AttributionRow): Attribution {
  const { name, version, location } = row;
  const body = parse<Omit<Attribution, 'actorId' | 'package' | 'evidence'>>(row.body);
  return {
    ...body,
    // What was written before there was a hook, or before clients were kept, has no word of them.
    stack: body.stack ? { ...body.stack, clients: body.stack.clients ?? [] } : null,
    actorId: row.actor_seq,
    package: name === null || location === null ? null : { name, version: version || null, location },
    evidence: row.evidence as Attribution['evidence'],
  };
}

/** @param attributions Those of the destination, in order. */
export function toDestination(body: string, attributions: readonly Attribution[]): Destination {
  return Object.assign(parse<Omit<Destination, 'attributions'>>(body), { attributions });
}

export function toFinding({ also, ...finding }: FindingRow): Finding {
  return also === null ? finding : { ...finding, also: parse<NonNullable<Finding['also']>>(also) };
}

export function parse<T>(text: string): T {
  return JSON.parse(text);
}
