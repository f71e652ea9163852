import type { Action } from '../../model/policy.js';
import { type Config, EMPTY_CONFIG } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';
import { type Place, readFields, readList, readOneOrMore, readRecord, readText } from '../config/place.js';
import { readRule } from '../config/read-rule.js';
import type { Registry } from '../registries/registry.js';

/** Profiles of what tools need come after the user's own rules (100) and the threats (200), before the lock (500). */
const TOOL: Defaults = { action: 'allow', priority: 400 };
/** Priority of built-in threats and of the user's threat lists. */
export const THREAT_PRIORITY = 200;
const THREAT: Defaults = { action: 'block', priority: THREAT_PRIORITY };

interface Defaults {
  readonly action: Action;
  readonly priority: number;
}

/** Stands for the registries that a package manager is set to use: their names are in no file. */
const REGISTRY = '{registry}';
/** Entries of a profile, at most: it is read and reviewed by people. */
const MAXIMUM_ENTRIES = 10_000;

const readProfile = readFields({
  about: readText,
  reviewed: readText,
  source: readList(readText, 1, MAXIMUM_ENTRIES),
  rules: readList((place) => place, 0, MAXIMUM_ENTRIES),
});

/**
 * Reads a profile that comes with egresslock. Its rules are those of a configuration, but `domains` in the place of
 * hosts stands for each name and all below it, and `{registry}` for the registries.
 * @param name `npm`, `threats/tunnels`
 * @throws ConfigError
 */
export function parseProfile(text: string, name: string, registries: readonly Registry[]): Config {
  const source = { name: `profile ${name}`, lineOf: () => null };
  const { rules } = readProfile({ value: parseJson(text, source.name), path: [], source });
  const defaults = name.startsWith('threats/') ? THREAT : TOOL;
  return {
    ...EMPTY_CONFIG,
    rules: (rules ?? [])
      .flatMap((place) => filledIn(place, registries))
      .flatMap((place) => readRule(place, { origin: source.name, ...defaults })),
  };
}

/** The rule without words that only profiles know: one for each registry where it speaks of those. */
function filledIn(place: Place, registries: readonly Registry[]): Place[] {
  const fields = readRecord(place);
  const values = Object.fromEntries([...fields].map(([key, { value }]) => [key, value]));
  const domains = fields.get('domains');
  if (domains !== undefined) {
    const { domains: _, ...others } = values;
    const names = readOneOrMore(readText, 1, MAXIMUM_ENTRIES)(domains);
    return [{ ...place, value: { ...others, hosts: names.flatMap((domain) => [domain, `*.${domain}`]) } }];
  }
  if (values.host !== REGISTRY) return [place];
  return registries.map(({ host, port, protocol }) => ({
    ...place,
    value: { ...values, host, ports: port, protocols: protocol },
  }));
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('bad-value', `${name}: expected JSON: ${reason}`, { cause });
  }
}
