import type { EventSink } from '../capture/events.js';
import type { Actor, ActorId } from '../model/actor.js';
import type { EgressEvent } from '../model/event.js';

/** What a run keeps of its events in memory, each passed on to the journal at once. */
export interface Ledger extends EventSink {
  actor(actor: Actor): void;
  readonly actors: readonly Actor[];
  /** Sorted by time, then by id. */
  events(): EgressEvent[];
}

/** Receives what happens, as it happens. */
export interface LedgerJournal {
  actor(actor: Actor): void;
  event(event: EgressEvent): void;
}

export function createLedger(journal: LedgerJournal, onEvent: (event: EgressEvent) => void): Ledger {
  const actors: Actor[] = [];
  const events = new Map<number, EgressEvent>();
  let next = 1;
  return {
    nextId: () => next++,
    emit: (event) => {
      events.set(event.id, event);
      journal.event(event);
      onEvent(event);
    },
    actor: (actor) => {
      actors.push(actor);
      journal.actor(actor);
    },
    actors,
    events: () => [...events.values()].sort((a, b) => a.at - b.at || a.id - b.id),
  };
}

/** Who last held a source port, as the supervisor said before the packet left. */
export function createPortBook(): {
  set(port: number, actor: ActorId | null): void;
  get(port: number): ActorId | null;
} {
  const actors = new Map<number, ActorId | null>();
  return {
    set: (port, actor) => {
      if (port > 0) actors.set(port, actor);
    },
    get: (port) => actors.get(port) ?? null,
  };
}
