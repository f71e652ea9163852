import { ACCEPT } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** Packages that the message names. */
const NAMED = 3;

/** A place that the lock has for others, at a host that is theirs. */
export function newPackageForDestination(scene: Scene): Sighting[] {
  return scene.visits
    .filter((visit) => visit.novelty === 'new-package-for-destination')
    .map((visit) => {
      const known = visit.others.slice(0, NAMED).join(', ');
      return visitSighting(visit, 'new-package-for-destination', {
        message: `known destination \`${visit.label}\` (${known}) now${visit.who.by}`,
        help: ACCEPT,
      });
    });
}
