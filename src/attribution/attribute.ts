import type { Actor, ActorId } from '../model/actor.js';
import { type Attribution, UNATTRIBUTED } from '../model/attribution.js';
import type { DependencyTree } from '../model/package.js';
import { contradictionsOf } from './contradictions.js';
import { createIdentities, type Identities } from './identities.js';
import { type Binding, bindingOf } from './lineage.js';
import { whyChains } from './why.js';

export interface AttributionInput {
  /** In the order of their execs: a parent comes before its children. */
  readonly actors: readonly Actor[];
  /** Real path. */
  readonly projectRoot: string;
  /** Null where the project has no package.json. */
  readonly tree: DependencyTree | null;
}

/** Names, for each actor, the package that it acts for, by the lineage of execs and what lay on disk at each. */
export function attributeActors(input: AttributionInput): ReadonlyMap<ActorId, Attribution> {
  const actors = new Map(input.actors.map((actor) => [actor.id, actor]));
  const bindings = new Map<ActorId, Binding>();
  const identities = createIdentities(input);
  const chains = new Map<string, string[][]>();
  const why = (location: string): string[][] => {
    const known = chains.get(location) ?? (input.tree === null ? [] : whyChains(input.tree, location));
    chains.set(location, known);
    return known;
  };
  const result = new Map<ActorId, Attribution>();
  for (const actor of input.actors) {
    const parent = actor.parentId === null ? null : (actors.get(actor.parentId) ?? null);
    const above = parent === null ? null : (bindings.get(parent.id) ?? null);
    const binding = bindingOf(actor, parent, above, identities);
    bindings.set(actor.id, binding);
    result.set(actor.id, toAttribution(actor, binding, identities, why));
  }
  return result;
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
