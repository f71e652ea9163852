import type { ConnectionEvent, DatagramEvent, DnsEvent } from '../../model/event.js';
import type { Scene, Who } from './scene.js';
import { type Sighting, visitKey } from './sighting.js';

export type Attempt = ConnectionEvent | DatagramEvent | DnsEvent;

/** Events of one place and one of those who went there. */
export interface EventGroup {
  readonly label: string;
  readonly who: Who;
  readonly events: readonly Attempt[];
}

/**
 * Groups look-ups and flows; a look-up of which a flow came in the same selection is told by the flow.
 * @param isMeant Which of those behind a selected event it tells of
 */
export function groupAttempts(
  scene: Scene,
  select: (event: Attempt) => boolean,
  isMeant: (event: Attempt, who: Who) => boolean = () => true,
): EventGroup[] {
  const flows = scene.flows.filter(select);
  const groups = new Map<string, { label: string; who: Who; events: Attempt[] }>();
  const add = (event: Attempt, label: string, who: Who): void => {
    const key = visitKey(label, who.label);
    const group = groups.get(key) ?? { label, who, events: [] };
    group.events.push(event);
    groups.set(key, group);
  };
  const reached = new Set<string>();
  for (const flow of flows) {
    for (const who of scene.whoOf(flow)) {
      if (!isMeant(flow, who)) continue;
      add(flow, scene.placeOf(flow), who);
      reached.add(visitKey(flow.host, who.label));
    }
  }
  for (const query of scene.queries.filter(select)) {
    for (const who of scene.whoOf(query)) {
      if (isMeant(query, who) && !reached.has(visitKey(query.meant, who.label))) add(query, query.meant, who);
    }
  }
  return [...groups.values()];
}

/** What a rule says of such a group. */
export function groupSighting(
  { label, who }: EventGroup,
  text: Pick<Sighting, 'rule' | 'message' | 'help'>,
): Sighting {
  return {
    ...text,
    grade: 'high',
    destination: label,
    package: who.label,
    covers: [visitKey(label, who.label)],
  };
}

/** Origins of the rules that decided, sorted; empty where none did. */
export function originsOf({ events }: EventGroup): string[] {
  return [...new Set(events.flatMap((event) => (event.rule === undefined ? [] : [event.rule])))].sort();
}
