import type { EventSink } from '../capture/events.js';
import type { Actor, ActorId } from '../model/actor.js';
import type { EgressEvent } from '../model/event.js';

/**
 * Events that a run keeps. With its destination and findings each costs some 5 kB of memory, and this many fit in the
 * 2 GB that Node takes on a machine of 4 GB. The tests of a large project make some thousands.
 */
export const MAXIMUM_EVENTS = 200_000;
/** Characters in all of them: beyond some hundreds for each somebody fills them on purpose. */
export const MAXIMUM_TEXT = 128 * 1024 * 1024;

export interface LedgerLimits {
  readonly events: number;
  readonly text: number;
}

/** What a run keeps of its events in memory, each passed on to the journal at once. */
export interface Ledger extends EventSink {
  actor(actor: Actor): void;
  readonly actors: readonly Actor[];
  /** Sorted by time, then by id. */
  events(): EgressEvent[];
  /** What was too much: events, and later states of them, that are in neither memory nor journal. */
  readonly refused: number;
}

/** Receives what happens, as it happens. */
export interface LedgerJournal {
  actor(actor: Actor): void;
  event(event: EgressEvent): void;
}

export function createLedger(
  journal: LedgerJournal,
  onEvent: (event: EgressEvent) => void,
  limits: LedgerLimits = { events: MAXIMUM_EVENTS, text: MAXIMUM_TEXT },
): Ledger {
  const actors: Actor[] = [];
  const events = new Map<number, EgressEvent>();
  let refused = 0;
  let next = 1;
  let text = 0;
  /** Whether there is room for it; an event that is known keeps its place, whatever has become of it. */
  const fits = (event: EgressEvent): boolean => {
    const known = events.get(event.id);
    const more = charactersOf(event) - (known === undefined ? 0 : charactersOf(known));
    if (known === undefined && (events.size >= limits.events || text + more > limits.text)) return false;
    text += more;
    return true;
  };
  return {
    nextId: () => next++,
    emit: (event) => {
      if (!fits(event)) {
        refused += 1;
        return;
      }
      events.set(event.id, event);
      journal.event(event);
      onEvent(event);
    },
    actor: (actor) => {
      actors.push(actor);
      journal.actor(actor);
    },
    actors,
    get refused() {
      return refused;
    },
    events: () => [...events.values()].sort((a, b) => a.at - b.at || a.id - b.id),
  };
}

function charactersOf(event: EgressEvent): number {
  return JSON.stringify(event).length;
}

/** Who last held a source port, as the supervisor said before the packet left. */
export interface PortBook {
  set(port: number, actor: ActorId | null): void;
  get(port: number): ActorId | null;
}

export function createPortBook(): PortBook {
  const actors = new Map<number, ActorId | null>();
  return {
    set: (port, actor) => {
      if (port > 0) actors.set(port, actor);
    },
    get: (port) => actors.get(port) ?? null,
  };
}
