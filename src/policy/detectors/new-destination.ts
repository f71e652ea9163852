import { ACCEPT } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** A place that the lock has for nobody. */
export function newDestination(scene: Scene): Sighting[] {
  return scene.visits
    .filter((visit) => visit.novelty === 'new-destination')
    .map((visit) =>
      visitSighting(visit, 'new-destination', {
        message: `new destination \`${visit.label}\`${visit.who.by}`,
        help: ACCEPT,
      }),
    );
}
