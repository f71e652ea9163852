import { ACCEPT } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** Names asked at a server of the command's own choice. */
export function ownResolver(scene: Scene): Sighting[] {
  return scene.visits
    .filter((visit) => visit.novelty === 'own-resolver')
    .map((visit) =>
      visitSighting(visit, 'own-resolver', {
        message: `own resolver \`${visit.label}\`${visit.who.by}`,
        help: `names asked there pass by the host's resolver; ${ACCEPT}`,
      }),
    );
}
