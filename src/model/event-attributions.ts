import type { ActorId } from './actor.js';
import { type Attribution, UNATTRIBUTED } from './attribution.js';
import type { EgressEvent } from './event.js';

/** Of all events without a process: there may be a hundred thousand. */
const NOBODY: readonly Attribution[] = [UNATTRIBUTED];

/** What stacks say of an event; where they say nothing, what is known of its process. */
export function attributionsOfEvent(
  known: {
    readonly attributions: ReadonlyMap<ActorId, Attribution>;
    readonly stacks: ReadonlyMap<number, readonly Attribution[]>;
  },
  event: EgressEvent,
): readonly Attribution[] {
  const ofStacks = known.stacks.get(event.id);
  if (ofStacks !== undefined) return ofStacks;
  const { actorId } = event;
  if (actorId === null) return NOBODY;
  return [known.attributions.get(actorId) ?? { ...UNATTRIBUTED, actorId }];
}
