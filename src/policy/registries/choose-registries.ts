import { compareBy } from '../../model/compare.js';
import { parseRegistry, type Registry } from './registry.js';
import type { RegistrySettings } from './registry-settings.js';

/**
 * The registries that a package manager would use, each once, sorted.
 * @param sources The strongest first: environment, project, user, the package manager's own
 */
export function chooseRegistries(sources: readonly RegistrySettings[]): Registry[] {
  const chosen = new Map<string, string>(sources.toReversed().flatMap((settings) => [...settings]));
  const registries = [...chosen.values()].flatMap((url) => parseRegistry(url) ?? []);
  const unique = new Map(registries.map((registry) => [Object.values(registry).join('\0'), registry]));
  return [...unique.values()].sort(
    compareBy(
      ({ host }) => host,
      ({ port }) => port,
      ({ protocol }) => protocol,
    ),
  );
}
