import { groupAttempts, groupSighting, originsOf } from './event-groups.js';
import { bytesText, counted, listed } from './phrases.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** The failure of a flow that was cut because its budget was spent. */
export const BUDGET_SPENT = 'EBUDGET';

/** More bytes than a destination or a package may send. */
export function budgetExceeded(scene: Scene): Sighting[] {
  const cut = groupAttempts(scene, (event) => event.verdict === 'blocked' && event.failure === BUDGET_SPENT);
  return cut.map((group) => {
    const sent = group.events.reduce((sum, event) => sum + (event.kind === 'dns' ? 0 : event.bytesSent), 0);
    const origins = originsOf(group);
    const budget = origins.length === 0 ? '' : ` of ${listed(origins)}`;
    return groupSighting(group, {
      rule: 'budget-exceeded',
      message: `the budget${budget} is spent at \`${group.label}\`${group.who.by}: ${counted(group.events.length, 'flow')} cut after ${bytesText(sent)}`,
      help: 'look at what was sent; if it is meant, raise the budget in the configuration',
    });
  });
}
