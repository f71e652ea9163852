import type { Database } from 'better-sqlite3';
import type { Actor } from '../model/actor.js';
import type { EgressEvent } from '../model/event.js';
import type { RunRecord } from '../model/record.js';
import type { Capture, Run } from '../model/run.js';
import { ownOwner } from './owner.js';
import { type StoreError, toStoreError } from './store-error.js';
import { writeConclusion } from './write-conclusion.js';

/**
 * Keeps a run as it happens. A write that fails never throws into the capture: it ends the journal, and `failure`
 * says why.
 */
export interface Journal {
  readonly failure: StoreError | null;
  actor(actor: Actor): void;
  /** Written again under the same id when an open flow has ended. */
  event(event: EgressEvent): void;
  /** Concludes the run, in one transaction. */
  finish(record: RunRecord): void;
}

/** Events that wait in memory at most this long, in milliseconds: what a SIGKILL could take with it. */
const FLUSH_AFTER = 50;
/** Events that wait at most. */
const FLUSH_AT = 256;

export function createJournal(
  database: Database,
  file: string,
  run: Run,
  backend: Capture['backend'],
): Journal {
  const owner = ownOwner();
  let failure: StoreError | null = null;
  const attempt = (action: () => void): void => {
    if (failure !== null) return;
    try {
      action();
    } catch (cause) {
      failure = toStoreError(cause, file);
    }
  };
  const insertActor = database.prepare(
    'INSERT INTO actors (run_id, seq, parent_seq, body) VALUES (?, ?, ?, ?)',
  );
  const insertEvent = database.prepare(
    `INSERT INTO events (run_id, seq, kind, actor_seq, host, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (run_id, seq) DO UPDATE SET actor_seq = excluded.actor_seq, host = excluded.host, body = excluded.body`,
  );
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const writes = waiting.splice(0);
    attempt(() =>
      database.transaction(() => {
        for (const write of writes) write();
      })(),
    );
  };
  const later = (write: () => void): void => {
    waiting.push(write);
    if (waiting.length >= FLUSH_AT) flush();
    else timer ??= setTimeout(flush, FLUSH_AFTER);
  };
  attempt(() =>
    database
      .prepare(
        `INSERT INTO runs (id, project, phase, mode, backend, command, started_at, owner_pid, owner_start)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        run.id,
        run.project,
        run.phase,
        run.mode,
        backend,
        JSON.stringify(run.command),
        run.startedAt,
        owner.pid,
        owner.start,
      ),
  );
  return {
    get failure() {
      return failure;
    },
    actor: (actor) => later(() => insertActor.run(run.id, actor.id, actor.parentId, JSON.stringify(actor))),
    event: (event) =>
      later(() =>
        insertEvent.run(run.id, event.id, event.kind, event.actorId, hostOf(event), JSON.stringify(event)),
      ),
    finish: (record) => {
      flush();
      attempt(() => writeConclusion(database, record));
    },
  };
}

function hostOf(event: EgressEvent): string | null {
  switch (event.kind) {
    case 'dns':
      return event.meant;
    case 'connection':
    case 'datagram':
    case 'request':
      return event.host;
    case 'denied':
      return event.address;
  }
}
