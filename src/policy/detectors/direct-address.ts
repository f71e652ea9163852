import { ACCEPT } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** An address that no name led to. */
export function directAddress(scene: Scene): Sighting[] {
  return scene.visits
    .filter((visit) => visit.novelty === 'direct-address')
    .map((visit) =>
      visitSighting(visit, 'direct-address', {
        message: `address without a name \`${visit.label}\`${visit.who.by}`,
        help: `no allowlist by name can hold it; ${ACCEPT}`,
      }),
    );
}
