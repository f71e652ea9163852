import { groupAttempts, groupSighting, originsOf } from './event-groups.js';
import { counted, listed } from './phrases.js';
import { isJudged, type Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

const HELP = 'the rule asks for a look at it; with the action allow it would be silent';

/**
 * What a rule with the action `alert` has let pass. An event names its rule by the origin only; where nobody was asked
 * while it happened, the rules are asked now.
 */
export function alertRule(scene: Scene): Sighting[] {
  return [...passedUnderAlert(scene), ...(isJudged(scene) ? [] : watchedUnderAlert(scene))];
}

function watchedUnderAlert({ visits, own }: Scene): Sighting[] {
  return visits.flatMap((visit) => {
    const decision = own?.decide(visit.row);
    if (decision?.action !== 'alert') return [];
    return [
      visitSighting(visit, 'alert-rule', {
        message: `\`${visit.label}\`${visit.who.by} is under an alert of \`${decision.rule?.origin}\``,
        help: HELP,
      }),
    ];
  });
}

function passedUnderAlert(scene: Scene): Sighting[] {
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
      help: HELP,
    }),
  );
}
