import { ACCEPT } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** A name below a top-level domain with a bad record. */
export function riskyTld({ visits, places }: Scene): Sighting[] {
  return visits.flatMap((visit) => {
    const tld = visit.host.slice(visit.host.lastIndexOf('.') + 1);
    if (visit.isAccepted || !visit.host.includes('.') || !places.riskySuffixes.has(tld)) return [];
    return [
      visitSighting(visit, 'risky-tld', {
        message: `\`${visit.label}\` lies below .${tld}, which has a bad record,${visit.who.by}`,
        help: `names there are cheap and often thrown away: look at who owns this one; ${ACCEPT}`,
      }),
    ];
  });
}
