import { ACCEPT } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** Packages that the message names. */
const NAMED = 3;

/** A host that is allowed to others, and where anybody can leave something: see `Novelty`. */
export function allowedHostNewPackage(scene: Scene): Sighting[] {
  return scene.visits
    .filter((visit) => visit.novelty === 'allowed-host-new-package')
    .map((visit) => {
      const known = visit.others.slice(0, NAMED).join(', ');
      return visitSighting(visit, 'allowed-host-new-package', {
        message: `shared host \`${visit.label}\`, known for ${known}, now${visit.who.by}`,
        help: `no allowlist by name tells use from theft at a host where anybody can leave something: look at what it sends; ${ACCEPT}`,
      });
    });
}
