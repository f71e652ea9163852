import { packageLabel, whoLabel } from '../labels.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** A script whose environment said another package than its folder holds; one for each package. */
export function identityContradiction({ record, actors }: Scene): Sighting[] {
  const found = new Map<string | null, Sighting>();
  for (const attribution of record.attributions.values()) {
    const [first] = attribution.contradictions;
    if (first === undefined) continue;
    const actor = attribution.actorId === null ? undefined : actors.get(attribution.actorId);
    const label = packageLabel(attribution);
    found.set(label, {
      rule: 'identity-contradiction',
      grade: 'high',
      destination: null,
      package: label,
      message: `a process of ${whoLabel(attribution, actor)} called itself ${first.field} ${first.claimed}, but its folder holds ${first.witnessed}`,
      help: 'look at the script: an install script has no reason to speak under another name',
      covers: [],
    });
  }
  return [...found.values()];
}
