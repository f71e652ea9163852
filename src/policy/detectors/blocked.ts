import { BUDGET_SPENT } from './budget-exceeded.js';
import { groupAttempts, groupSighting, originsOf } from './event-groups.js';
import { counted, listed } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** What the policy has refused: by which rule, or because none allows it. */
export function blocked(scene: Scene): Sighting[] {
  const refused = groupAttempts(
    scene,
    (event) => event.verdict === 'blocked' && event.failure !== BUDGET_SPENT,
  );
  return refused.map((group) => {
    const origins = originsOf(group);
    const reason = origins.length === 0 ? 'no rule allows it' : `refused by ${listed(origins)}`;
    const help =
      origins.length === 0
        ? 'if it is meant, add a rule that allows it, or run in observe mode and let egresslock accept add it to the lock'
        : 'if it is meant, change that rule, or add one with a lower priority that allows it';
    const message = `blocked \`${group.label}\`${group.who.by} (${counted(group.events.length, 'attempt')}): ${reason}`;
    return { ...groupSighting(group, { rule: 'blocked', message, help }), refusal: { reason, help } };
  });
}
