import { isLoopback } from '../../model/loopback.js';
import { isPrivateName } from './address-kind.js';
import { ACCEPT } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** Beats that it takes: with fewer, chance makes a rhythm. */
const BEATS = 5;
/** Milliseconds between beats, on average: quicker ones are a burst of work, not a rhythm. */
const SLOWER_THAN = 1000;
/** Milliseconds in which several connections are one beat. */
const ONE_BEAT = 200;
/** Coefficient of variation of the intervals; exponential ones, as of independent events, have 1. */
const STEADY = 0.15;

/** Connections to one place at steady intervals, in a place that nobody has accepted. */
export function beacon({ visits }: Scene): Sighting[] {
  return visits.flatMap((visit) => {
    if (visit.isAccepted || isPrivateName(visit.host)) return [];
    const rhythm = rhythmOf(visit);
    if (rhythm === null) return [];
    const { beats, interval, variation } = rhythm;
    return [
      visitSighting(visit, 'beacon', {
        message: `${beats} connections to \`${visit.label}\` every ${(interval / 1000).toFixed(1)} s (variation ${variation.toFixed(2)}),${visit.who.by}`,
        help: `something there is asked again and again, as a program that waits for orders would: look at what answers; ${ACCEPT}`,
      }),
    ];
  });
}

function rhythmOf({
  flows,
}: Visit): { readonly beats: number; readonly interval: number; readonly variation: number } | null {
  const beats: number[] = [];
  const times = flows.filter((flow) => !isLoopback(flow.address)).map((flow) => flow.at);
  for (const at of times.sort((a, b) => a - b)) {
    if (at - (beats.at(-1) ?? Number.NEGATIVE_INFINITY) > ONE_BEAT) beats.push(at);
  }
  if (beats.length < BEATS) return null;
  const intervals = beats.slice(1).map((at, index) => at - (beats[index] ?? at));
  const interval = intervals.reduce((sum, one) => sum + one, 0) / intervals.length;
  const variance = intervals.reduce((sum, one) => sum + (one - interval) ** 2, 0) / intervals.length;
  const variation = Math.sqrt(variance) / interval;
  return interval < SLOWER_THAN || variation > STEADY ? null : { beats: beats.length, interval, variation };
}
