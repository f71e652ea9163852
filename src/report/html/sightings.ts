import type { Destination } from '../../model/destination.js';
import type { ConnectionEvent, DatagramEvent, EgressEvent } from '../../model/event.js';
import { attributionsOfEvent } from '../../model/event-attributions.js';
import type { RunRecord } from '../../model/record.js';
import { whoText } from '../labels.js';
import type { Share } from './page-data.js';

type Flow = ConnectionEvent | DatagramEvent;
type Figures = Pick<Share, 'connections' | 'bytesSent' | 'bytesReceived'>;

/** What the events of a run tell of its destinations beyond their figures. */
export interface Sightings {
  /** Milliseconds since the run's start. */
  readonly firstAt: ReadonlyMap<Destination, number>;
  readonly shares: readonly (Omit<Share, 'to' | 'isNew'> & { readonly to: Destination })[];
}

export function sightingsOf(record: RunRecord): Sightings {
  const placeOf = placesBy(record.destinations);
  const whosOf = whosBy(record);
  const firstAt = new Map<Destination, number>();
  const shares = new Map<Destination, Map<string, Figures>>();
  const add = (to: Destination, whos: readonly string[], flow: Figures): void => {
    const ofPlace = shares.get(to) ?? new Map<string, Figures>();
    shares.set(to, ofPlace);
    for (const who of whos) {
      const sum = ofPlace.get(who);
      ofPlace.set(who, {
        connections: (sum?.connections ?? 0) + flow.connections / whos.length,
        bytesSent: (sum?.bytesSent ?? 0) + flow.bytesSent / whos.length,
        bytesReceived: (sum?.bytesReceived ?? 0) + flow.bytesReceived / whos.length,
      });
    }
  };
  for (const event of [...record.events].sort((a, b) => a.id - b.id)) {
    const to = placeOf(event);
    if (to === undefined) continue;
    firstAt.set(to, Math.min(firstAt.get(to) ?? event.at, event.at));
    if (event.kind === 'connection' || event.kind === 'datagram')
      add(to, whosOf(event), {
        connections: 1,
        bytesSent: event.bytesSent,
        bytesReceived: event.bytesReceived,
      });
  }
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  for (const to of record.destinations) {
    const named = to.attributions.map((one) =>
      whoText(one, one.actorId === null ? undefined : actors.get(one.actorId)),
    );
    const seen = shares.get(to);
    const missing = [...new Set(named)].filter((who) => seen?.has(who) !== true);
    // Whoever only asked for a name has a part as well, though none in the figures; these are whole all the same.
    add(to, missing, seen === undefined ? to : { connections: 0, bytesSent: 0, bytesReceived: 0 });
  }
  return {
    firstAt,
    shares: record.destinations.flatMap((to) =>
      [...(shares.get(to) ?? [])].map(([who, share]) => ({ who, to, ...share })),
    ),
  };
}

/** Distinct names of those behind an event. */
export function whosBy(record: RunRecord): (event: EgressEvent) => readonly string[] {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  return (event) => [
    ...new Set(
      attributionsOfEvent(record, event).map((one) =>
        whoText(one, one.actorId === null ? undefined : actors.get(one.actorId)),
      ),
    ),
  ];
}

/** By name; a flow whose host only its process knew is found by its address. */
function placesBy(destinations: readonly Destination[]): (event: EgressEvent) => Destination | undefined {
  const byName = new Map<string, Destination>();
  const byAddress = new Map<string, Destination>();
  for (const to of destinations) {
    byName.set(keyOf(to.host, to), to);
    for (const address of to.addresses) byAddress.set(keyOf(address, to), to);
  }
  return (event) => {
    if (event.kind === 'dns') {
      const asked = { port: event.port, transport: event.transport, protocol: 'dns' };
      const own = event.ownResolver ? byName.get(keyOf(event.server, asked)) : undefined;
      return own ?? byName.get(keyOf(event.meant, { port: null, transport: 'udp', protocol: 'dns' }));
    }
    if (event.kind !== 'connection' && event.kind !== 'datagram') return undefined;
    const flow = placeOfFlow(event);
    return byName.get(keyOf(event.host, flow)) ?? byAddress.get(keyOf(event.address, flow));
  };
}

type Way = { readonly port: number | null; readonly transport: string; readonly protocol: string };

function placeOfFlow({ kind, port, protocol }: Flow): Way {
  return { port, transport: kind === 'connection' ? 'tcp' : 'udp', protocol };
}

function keyOf(host: string, { port, transport, protocol }: Way): string {
  return [host, port, transport, protocol].join('\0');
}
