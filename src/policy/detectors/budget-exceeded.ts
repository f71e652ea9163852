import { budgetText, countsAgainst } from '../budgets.js';
import { groupAttempts, groupSighting, originsOf } from './event-groups.js';
import { bytesText, counted, listed } from './phrases.js';
import { isJudged, type Scene, type Visit } from './scene.js';
import type { Sighting } from './sighting.js';

/** The failure of a flow that was cut because its budget was spent. */
export const BUDGET_SPENT = 'EBUDGET';

const HELP = 'look at what was sent; if it is meant, raise the budget in the configuration';

/** More bytes than a destination or a package may send; where nothing is cut, than it should have. */
export function budgetExceeded(scene: Scene): Sighting[] {
  return [...cutByBudget(scene), ...(isJudged(scene) ? [] : overspent(scene))];
}

function overspent({ visits, budgets = [] }: Scene): Sighting[] {
  return budgets.flatMap((budget) => {
    const spending = visits.filter(
      ({ host, who, flows }) =>
        flows.some((flow) => flow.bytesSent > 0) && countsAgainst(budget, host, (name) => name === who.word),
    );
    const flows = new Set(spending.flatMap((visit) => visit.flows));
    const sent = [...flows].reduce((sum, flow) => sum + flow.bytesSent, 0);
    if (sent <= budget.bytes) return [];
    const whole = `${bytesText(sent)} sent are more than the ${budgetText(budget)}`;
    const [who, ...others] = new Set(spending.map((visit) => visit.who.label));
    return [
      {
        rule: 'budget-exceeded',
        grade: 'high',
        package: others.length === 0 ? (who ?? null) : null,
        ...textOf(whole, spending),
        help: HELP,
        covers: spending.map(({ key }) => key),
        // The sum stays that of all.
        narrowed: (kept) =>
          textOf(
            `${whole}, at places of other findings as well`,
            spending.filter(({ key }) => kept.has(key)),
          ),
      },
    ];
  });
}

function textOf(whole: string, visits: readonly Visit[]): Pick<Sighting, 'destination' | 'message'> {
  const places = [...new Set(visits.map(({ label }) => label))];
  return {
    destination: places.length === 1 ? (places[0] ?? null) : null,
    message: `${whole}: ${listed(places)}`,
  };
}

function cutByBudget(scene: Scene): Sighting[] {
  const cut = groupAttempts(scene, (event) => event.verdict === 'blocked' && event.failure === BUDGET_SPENT);
  return cut.map((group) => {
    const sent = group.events.reduce((sum, event) => sum + (event.kind === 'dns' ? 0 : event.bytesSent), 0);
    const origins = originsOf(group);
    const budget = origins.length === 0 ? '' : ` of ${listed(origins)}`;
    return groupSighting(group, {
      rule: 'budget-exceeded',
      message: `the budget${budget} is spent at \`${group.label}\`${group.who.by}: ${counted(group.events.length, 'flow')} cut after ${bytesText(sent)}`,
      help: HELP,
    });
  });
}
