import type { Actor, ActorId } from '../model/actor.js';
import { UNATTRIBUTED } from '../model/attribution.js';
import { isNode } from '../model/lifecycle.js';
import { lockPackage } from '../model/lock-package.js';
import type { Speaker } from '../model/policy.js';
import { contradictionsOf } from './contradictions.js';
import type { IdentityInput } from './identities.js';
import { type Binding, createLineages, type Lineages } from './lineage.js';

const UNKNOWN: Speaker = { kind: 'unknown' };
const DOUBTFUL: Speaker = { kind: 'doubtful' };

/** For whom each process of a run that goes on may speak. */
export interface Speakers {
  /** Takes in an exec; a parent comes before its children. */
  add(actor: Actor): void;
  of(actorId: ActorId | null): Speaker;
  /** What a process is called where no package inside of it is known, in the lock's words. */
  baseOf(actorId: ActorId): string;
}

/**
 * What an attribution can prove while the call is still held. A dependency's script, and all that it starts, speaks for
 * that dependency alone. The project's own node processes run code of many packages, and which of them calls is their
 * own claim, so they may speak for any; where no hook is loaded, nobody asks, and they are named as processes.
 * @param hooked Whether packages inside of node processes are told apart in this run
 */
export function createSpeakers(input: IdentityInput, hooked: boolean): Speakers {
  const lineages = createLineages(input);
  const speakers = new Map<ActorId, Speaker>();
  const bases = new Map<ActorId, string>();
  return {
    add: (actor) => {
      const binding = lineages.add(actor);
      const base = baseOf(actor, binding, lineages);
      bases.set(actor.id, base);
      speakers.set(actor.id, speakerOf(actor, binding, base, lineages, hooked));
    },
    of: (actorId) => (actorId === null ? UNKNOWN : (speakers.get(actorId) ?? UNKNOWN)),
    baseOf: (actorId) => bases.get(actorId) ?? lockPackage(UNATTRIBUTED, null),
  };
}

/** What an actor is called by the lineage of execs, in the lock's words. */
function baseOf(actor: Actor, binding: Binding, { identities }: Lineages): string {
  switch (binding.kind) {
    case 'manager':
      return lockPackage({ ...UNATTRIBUTED, manager: binding.manager }, actor);
    case 'process':
      return lockPackage(UNATTRIBUTED, actor);
    case 'script':
      return identities.of(binding.script).package.name;
  }
}

function speakerOf(
  actor: Actor,
  binding: Binding,
  name: string,
  { identities }: Lineages,
  hooked: boolean,
): Speaker {
  if (binding.kind === 'process' && hooked && isNode(actor.executable)) return { kind: 'any' };
  if (binding.kind !== 'script') return { kind: 'one', name };
  if (binding.isOwn && hooked) return { kind: 'any' };
  const { script } = binding;
  const identity = identities.of(script);
  // Tree, manifest and package manager disagree: a name that somebody has rewritten opens no door.
  const isDoubtful = contradictionsOf(script, binding, identity).some(({ field }) => field === 'name');
  // An alias looks like a rewritten manifest where no tree has promised it.
  const { npm_package_name: announced = '' } = script.environment;
  const isGuess = !identity.isKnown && announced !== '' && announced !== identity.package.name;
  return isDoubtful || isGuess ? DOUBTFUL : { kind: 'one', name };
}
