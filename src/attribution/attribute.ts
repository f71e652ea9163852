import type { Actor, ActorId } from '../model/actor.js';
import { type Attribution, UNATTRIBUTED } from '../model/attribution.js';
import { contradictionsOf } from './contradictions.js';
import type { Identities, IdentityInput } from './identities.js';
import { type Binding, createLineages } from './lineage.js';
import { whyChains } from './why.js';

export interface AttributionInput extends IdentityInput {
  /** In the order of their execs: a parent comes before its children. */
  readonly actors: readonly Actor[];
}

/** Names, for each actor, the package that it acts for, by the lineage of execs and what lay on disk at each. */
export function attributeActors({ actors, ...input }: AttributionInput): ReadonlyMap<ActorId, Attribution> {
  const lineages = createLineages(input);
  const chains = new Map<string, string[][]>();
  const why = (location: string): string[][] => {
    const known = chains.get(location) ?? (input.tree === null ? [] : whyChains(input.tree, location));
    chains.set(location, known);
    return known;
  };
  return new Map(
    actors.map((actor) => [actor.id, toAttribution(actor, lineages.add(actor), lineages.identities, why)]),
  );
}

function toAttribution(
  actor: Actor,
  binding: Binding,
  identities: Identities,
  why: (location: string) => string[][],
): Attribution {
  const nothing = { ...UNATTRIBUTED, actorId: actor.id };
  switch (binding.kind) {
    case 'process':
      return { ...nothing, evidence: 'process-only' };
    case 'manager':
      return { ...nothing, evidence: 'package-manager', manager: binding.manager };
    case 'script': {
      const identity = identities.of(binding.script);
      return {
        actorId: actor.id,
        package: identity.package,
        evidence: 'exec-lineage',
        manager: null,
        // The nested install that prepares a git dependency may have inherited the event of a script further out.
        lifecycle: identity.isGitDependency
          ? 'prepare'
          : (binding.script.environment.npm_lifecycle_event ?? null),
        script: binding.script.manifest?.declared ?? null,
        why: why(identity.package.location),
        contradictions: contradictionsOf(actor, binding, identity),
        stack: null,
      };
    }
  }
}
