import { groupAttempts, groupSighting, originsOf } from './event-groups.js';
import { counted, listed } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** What a rule with the action `alert` has let pass. An event names its rule by the origin only. */
export function alertRule(scene: Scene): Sighting[] {
  const alerts = new Set(
    (scene.rules ?? []).filter((rule) => rule.action === 'alert').map((rule) => rule.origin),
  );
  if (alerts.size === 0) return [];
  const passed = groupAttempts(
    scene,
    (event) => event.verdict !== 'blocked' && event.rule !== undefined && alerts.has(event.rule),
  );
  return passed.map((group) =>
    groupSighting(group, {
      rule: 'alert-rule',
      message: `\`${group.label}\`${group.who.by} (${counted(group.events.length, 'attempt')}) passed under an alert of ${listed(originsOf(group))}`,
      help: 'the rule asks for a look at it; with the action allow it would be silent',
    }),
  );
}
