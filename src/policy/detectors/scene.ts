import type { Actor, ActorId } from '../../model/actor.js';
import type { Attribution } from '../../model/attribution.js';
import type { Destination } from '../../model/destination.js';
import type { ConnectionEvent, DatagramEvent, DnsEvent, EgressEvent } from '../../model/event.js';
import { attributionsOfEvent } from '../../model/event-attributions.js';
import type { LockRow } from '../../model/lock.js';
import { lockPackage } from '../../model/lock-package.js';
import { canonicalHost } from '../canonical-host.js';
import { type KnownPlaces, NO_PLACES } from '../known-places.js';
import { destinationLabel, packageLabel } from '../labels.js';
import { rowOf } from '../lock-rows.js';
import { createMatcher, type Matcher } from '../matcher.js';
import type { DetectionInput } from './context.js';
import { flowPlacer } from './flow-places.js';
import { type AskedNames, groupAskedNames } from './names-by-domain.js';
import { type Novelty, noveltyReader } from './novelty.js';
import { byline } from './phrases.js';
import { visitKey } from './sighting.js';

export type Flow = ConnectionEvent | DatagramEvent;

/** Whoever is behind an event. */
export interface Who {
  /** As a finding names them: `name@version`, or the lock's word. */
  readonly label: string;
  /** The lock's word. */
  readonly word: string;
  readonly attribution: Attribution;
  /** " by `left@1.2.4` (postinstall), through `app > left`" */
  readonly by: string;
}

/** One destination and one of those who went there. */
export interface Visit {
  readonly key: string;
  readonly destination: Destination;
  readonly label: string;
  /** Canonical. */
  readonly host: string;
  readonly who: Who;
  readonly row: LockRow;
  /** Whether the lock has it, or the configuration permits it. */
  readonly isAccepted: boolean;
  /** Null where nothing is new about it, or nobody can say. */
  readonly novelty: Novelty | null;
  /** Who else is known there, in the lock's words, sorted. */
  readonly others: readonly string[];
  /** The flows of whoever it is to that place, in order. */
  readonly flows: readonly Flow[];
}

/** A run laid out for the detectors. */
export interface Scene extends DetectionInput {
  readonly places: KnownPlaces;
  readonly actors: ReadonlyMap<ActorId, Actor>;
  readonly matcher: Matcher | null;
  /** Sorted as the destinations are. */
  readonly visits: readonly Visit[];
  readonly flows: readonly Flow[];
  readonly queries: readonly DnsEvent[];
  /** Servers that were asked for names, other than the one that the sandbox was given. */
  readonly ownResolvers: ReadonlySet<string>;
  whoOf(event: EgressEvent): readonly Who[];
  /** See `groupAskedNames`; made when it is first asked for. */
  askedNames(): readonly AskedNames[];
  /** Label of the destination that a flow belongs to. */
  placeOf(flow: Flow): string;
}

export function createScene(input: DetectionInput): Scene {
  const { record, lock } = input;
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const matcher = lock === null ? null : createMatcher(lock);
  const flows = record.events.filter(
    (event): event is Flow => event.kind === 'connection' || event.kind === 'datagram',
  );
  const queries = record.events.filter((event) => event.kind === 'dns');
  const known = new Map<Attribution, Who>();
  const whoBy = (attribution: Attribution): Who => {
    const found = known.get(attribution) ?? describe(attribution, actors);
    known.set(attribution, found);
    return found;
  };
  const whoOf = (event: EgressEvent): readonly Who[] => attributionsOfEvent(record, event).map(whoBy);
  const place = flowPlacer(record.destinations, {
    labelsOf: (flow) => whoOf(flow).map(({ label }) => label),
    labelOf: (attribution) => whoBy(attribution).label,
  });
  const placeOf = (flow: Flow): string => destinationLabel(place(flow) ?? flow);
  const flowsByVisit = new Map<string, Flow[]>();
  for (const flow of flows) {
    const label = placeOf(flow);
    for (const { label: one } of whoOf(flow)) {
      const list = listAt(flowsByVisit, visitKey(label, one));
      // Several attributions may bear one label.
      if (list.at(-1) !== flow) list.push(flow);
    }
  }
  const ownResolvers = new Set(queries.filter((query) => query.ownResolver).map((query) => query.server));
  const read = noveltyReader({ matcher, history: input.history ?? [], ownResolvers });
  const visits = new Map<string, Visit>();
  for (const destination of record.destinations) {
    const label = destinationLabel(destination);
    for (const attribution of destination.attributions) {
      const who = whoBy(attribution);
      const key = visitKey(label, who.label);
      if (visits.has(key)) continue;
      const row = rowOf(record.run.phase, destination, attribution, actors);
      const host = canonicalHost(destination.host);
      const isAccepted = matcher?.has(row) === true || input.own?.permits(row) === true;
      const { novelty, others } = read({ destination, host, who, row, isAccepted });
      const visitFlows = flowsByVisit.get(key) ?? [];
      visits.set(key, {
        key,
        destination,
        label,
        host,
        who,
        row,
        isAccepted,
        novelty,
        others,
        flows: visitFlows,
      });
    }
  }
  let asked: readonly AskedNames[] | null = null;
  const scene: Scene = {
    ...input,
    places: input.places ?? NO_PLACES,
    actors,
    matcher,
    visits: [...visits.values()],
    flows,
    queries,
    ownResolvers,
    whoOf,
    askedNames: () => {
      asked ??= groupAskedNames(scene);
      return asked;
    },
    placeOf,
  };
  return scene;
}

/** Whether the policy was asked while the run went on: its events have what it said. */
export function isJudged({ record }: Pick<Scene, 'record'>): boolean {
  return record.run.mode !== 'observe';
}

function describe(attribution: Attribution, actors: ReadonlyMap<ActorId, Actor>): Who {
  const actor = attribution.actorId === null ? undefined : actors.get(attribution.actorId);
  const word = lockPackage(attribution, actor ?? null);
  return { label: packageLabel(attribution) ?? word, word, attribution, by: byline(attribution, actor) };
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
