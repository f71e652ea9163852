import type { Actor } from '../model/actor.js';
import type { Contradiction } from '../model/attribution.js';
import type { ScriptIdentity } from './identities.js';
import type { Binding } from './lineage.js';

/** Where the environment or a later manifest says something else than what stood on disk at first. */
export function contradictionsOf(
  actor: Actor,
  binding: Extract<Binding, { kind: 'script' }>,
  identity: ScriptIdentity,
): Contradiction[] {
  // A package manager below the script names other packages by right.
  if (binding.nested || identity.isGitDependency) return [];
  const { script } = binding;
  const { name, version } = identity.package;
  const found: Contradiction[] = [];
  const claim = (
    field: 'name' | 'version',
    claimed: string | null | undefined,
    witnessed: string | null,
  ): void => {
    if (
      claimed === undefined ||
      claimed === null ||
      claimed === '' ||
      witnessed === null ||
      claimed === witnessed
    )
      return;
    // A release changes the project's own version between two of its scripts.
    if (field === 'version' && identity.isOwn) return;
    if (field === 'name' && identity.aliases.includes(claimed) && claimed !== script.manifest?.name) return;
    if (!found.some((other) => other.field === field && other.claimed === claimed))
      found.push({ field, claimed, witnessed });
  };
  claim('name', actor.environment.npm_package_name, name);
  claim('name', script.environment.npm_package_name, name);
  claim('name', script.manifest?.name, name);
  claim('version', script.environment.npm_package_version, version);
  claim('version', script.manifest?.version, version);
  if (actor.environment.npm_package_name === script.environment.npm_package_name) {
    claim('version', actor.environment.npm_package_version, version);
  }
  return found;
}
