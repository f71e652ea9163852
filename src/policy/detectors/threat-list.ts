import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** A host, or an address that it led to, on a threat list. The lock doesn't outweigh it: what was accepted may turn bad. */
export function threatList({ visits, threats }: Scene): Sighting[] {
  if (threats === undefined) return [];
  return visits.flatMap((visit) => {
    const hosts = [visit.host, ...visit.destination.addresses.filter((address) => address !== visit.host)];
    for (const host of hosts) {
      const threat = threats.lookup(host);
      if (threat === null) continue;
      const behind = host === visit.host ? '' : ` (${host})`;
      const note = threat.note === null ? '' : ` (${threat.note})`;
      return [
        visitSighting(visit, 'threat-list', {
          message: `\`${visit.label}\`${behind} is on ${threat.origin}${note},${visit.who.by}`,
          help: 'look at what was sent there; a rule of your own with a lower priority lets it pass',
        }),
      ];
    }
    return [];
  });
}
