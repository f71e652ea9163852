import { ACCEPT } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** The address at which a cloud gives credentials to whoever asks, by itself or behind a name that led to it. */
export function metadataAddress(scene: Scene): Sighting[] {
  return scene.visits.flatMap((visit) => {
    if (visit.isAccepted) return [];
    const hosts = [visit.host, ...visit.destination.addresses];
    const found = hosts.find((host) => scene.places.metadata.has(host));
    if (found === undefined) return [];
    const behind = found === visit.host ? '' : ` (${found})`;
    return [
      visitSighting(visit, 'metadata-address', {
        message: `cloud metadata at \`${visit.label}\`${behind}${visit.who.by}`,
        help: `credentials of the machine are given out there: ${
          visit.destination.verdict === 'allowed'
            ? 'treat them as taken if a dependency asked'
            : 'it was not reached, look at who asked'
        }; ${ACCEPT}`,
      }),
    ];
  });
}
