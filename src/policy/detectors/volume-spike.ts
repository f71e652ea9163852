import type { Destination } from '../../model/destination.js';
import { placeKey } from '../matcher.js';
import { bytesText, counted } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Sighting } from './sighting.js';

/** Earlier runs that must have gone there before there is a usual amount. */
const RUNS = 3;
/** Times the most that any of them has sent. */
const FACTOR = 5;
/** Bytes beyond the most: below this, five times next to nothing is nothing still. */
const BEYOND = 256 * 1000;

/**
 * Far more sent to a place than any earlier run of the phase has sent there. More must have been sent than came back: an
 * install with an empty cache sends many requests more than one with a full cache, and receives yet more.
 */
export function volumeSpike(scene: Scene): Sighting[] {
  const before = sentBefore(scene);
  const visits = new Map<Destination, Visit>();
  for (const visit of scene.visits) {
    const known = visits.get(visit.destination);
    if (known === undefined || sentBy(visit) > sentBy(known)) visits.set(visit.destination, visit);
  }
  return [...visits].flatMap(([destination, visit]) => {
    const amounts = before.get(placeKey(visit.row)) ?? [];
    const most = Math.max(0, ...amounts);
    const { bytesSent, bytesReceived } = destination;
    const isUsual = bytesSent <= most * FACTOR || bytesSent <= most + BEYOND || bytesSent <= bytesReceived;
    if (amounts.length < RUNS || isUsual) return [];
    const message = `${bytesText(bytesSent)} sent to \`${visit.label}\`, where ${counted(amounts.length, 'earlier run')} sent ${bytesText(most)} at most; most of it${visit.who.by}`;
    return [
      {
        rule: 'volume-spike',
        grade: 'high',
        destination: visit.label,
        package: visit.who.label,
        message,
        help: 'look at what was sent; a budget in the configuration holds it in enforce mode',
        covers: [visit.key],
      },
    ];
  });
}

function sentBy(visit: Visit): number {
  return visit.flows.reduce((sum, flow) => sum + flow.bytesSent, 0);
}

/** Place → bytes that each earlier run of this phase has sent there. */
function sentBefore({ record, history = [] }: Scene): ReadonlyMap<string, readonly number[]> {
  const { phase } = record.run;
  const amounts = new Map<string, number[]>();
  for (const run of history) {
    if (run.phase !== phase) continue;
    for (const to of run.destinations) {
      const key = placeKey({ phase, host: to.host, port: to.port, protocol: to.protocol });
      const list = amounts.get(key) ?? [];
      list.push(to.bytesSent);
      amounts.set(key, list);
    }
  }
  return amounts;
}
