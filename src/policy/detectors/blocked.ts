import { BUDGET_SPENT } from './budget-exceeded.js';
import { type Attempt, groupAttempts, groupSighting, originsOf } from './event-groups.js';
import { counted, listed } from './phrases.js';
import { isJudged, type Scene } from './scene.js';
import { type Sighting, visitKey } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

const PERMIT =
  'if it is meant, add a rule that allows it, or run in observe mode and let egresslock accept add it to the lock';
const OUTRANK = 'if it is meant, change that rule, or add one with a lower priority that allows it';

/**
 * What the policy has refused: by which rule, or because none allows it. Where nothing is blocked, what a rule of the
 * user's own would have; the rules of threat lists have findings of their own (`threat-list`).
 */
export function blocked(scene: Scene): Sighting[] {
  return [...refusals(scene), ...(isJudged(scene) ? [] : forbidden(scene))];
}

function forbidden({ visits, own, threats }: Scene): Sighting[] {
  return visits.flatMap((visit) => {
    const decision = own?.decide(visit.row);
    if (decision?.action !== 'block' || threats?.lookup(visit.host)?.origin === decision.rule?.origin)
      return [];
    return [
      visitSighting(visit, 'blocked', {
        message: `\`${visit.label}\`${visit.who.by} is forbidden by \`${decision.rule?.origin}\`, which blocks nothing in mode observe`,
        help: `look at who asked; ${OUTRANK}`,
      }),
    ];
  });
}

function refusals(scene: Scene): Sighting[] {
  const allowed = allowedNames(scene);
  const refused = groupAttempts(
    scene,
    (event) => event.verdict === 'blocked' && event.failure !== BUDGET_SPENT,
    (event, { label, word }) => {
      if (isOthers(scene, event, word)) return false;
      // What a stub resolver appends of the search list to a name that may be asked is nobody's wish.
      const isExpansion = event.kind === 'dns' && event.name !== event.meant;
      return !isExpansion || !allowed.has(visitKey(event.meant, label));
    },
  );
  return refused.map((group) => {
    const origins = originsOf(group);
    const reason = origins.length === 0 ? 'no rule allows it' : `refused by ${listed(origins)}`;
    const help = origins.length === 0 ? PERMIT : OUTRANK;
    const message = `blocked \`${group.label}\`${group.who.by} (${counted(group.events.length, 'attempt')}): ${reason}`;
    return { ...groupSighting(group, { rule: 'blocked', message, help }), refusal: { reason, help } };
  });
}

/** Whether what is shared was refused to others behind it. Where none of those is behind it any more, it is everybody's. */
function isOthers(scene: Scene, event: Attempt, word: string): boolean {
  const { refusedTo } = event;
  if (refusedTo === undefined || refusedTo.includes(word)) return false;
  return scene.whoOf(event).some((who) => refusedTo.includes(who.word));
}

/** Names that were let pass, with those who have asked for them. */
function allowedNames(scene: Scene): ReadonlySet<string> {
  const names = new Set<string>();
  for (const query of scene.queries) {
    if (query.verdict !== 'allowed') continue;
    for (const { label } of scene.whoOf(query)) names.add(visitKey(query.name, label));
  }
  return names;
}
