import type { Attribution } from '../../model/attribution.js';
import type { Destination } from '../../model/destination.js';
import type { ConnectionEvent, DatagramEvent } from '../../model/event.js';

type Flow = ConnectionEvent | DatagramEvent;

/** How people are compared: those behind a flow, and those of a destination. */
export interface People {
  labelsOf(flow: Flow): readonly string[];
  labelOf(attribution: Attribution): string;
}

/**
 * Finds the destination that a flow was counted to. That is mostly the one of the flow's own host; where a stack has
 * told which of an address's names was meant, it is the destination of that name: the one that whoever is behind the
 * flow went to.
 */
export function flowPlacer(
  destinations: readonly Destination[],
  people: People,
): (flow: Flow) => Destination | null {
  const byKey = new Map(
    destinations.map((to) => [keyOf(to.host, to.port, to.transport, to.protocol), to] as const),
  );
  const labels = new Map<Destination, ReadonlySet<string>>();
  const visitorsOf = (to: Destination): ReadonlySet<string> => {
    const known = labels.get(to) ?? new Set(to.attributions.map((one) => people.labelOf(one)));
    labels.set(to, known);
    return known;
  };
  return (flow) => {
    const transport = flow.kind === 'connection' ? 'tcp' : 'udp';
    const found: Destination[] = [];
    for (const host of new Set([flow.host, ...flow.resolvedNames])) {
      const to = byKey.get(keyOf(host, flow.port, transport, flow.protocol));
      if (to?.addresses.includes(flow.address) === true) found.push(to);
    }
    const [first = null, ...others] = found;
    if (others.length === 0) return first;
    const visitors = people.labelsOf(flow);
    return found.find((to) => visitors.some((label) => visitorsOf(to).has(label))) ?? first;
  };
}

function keyOf(host: string, port: number | null, transport: string, protocol: string): string {
  return `${host}\0${port}\0${transport}\0${protocol}`;
}
