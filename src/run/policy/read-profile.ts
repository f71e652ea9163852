import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../policy/config/config.js';
import { ConfigError } from '../../policy/config/config-error.js';
import { nearest } from '../../policy/config/nearest.js';
import { parseProfile } from '../../policy/profiles/parse-profile.js';
import type { Registry } from '../../policy/registries/registry.js';
import { readBounded } from './read-bounded.js';

const PROFILES = fileURLToPath(new URL('../../../profiles/', import.meta.url));
/** Bytes of a profile, at most. */
const MAXIMUM_PROFILE = 1024 * 1024;
/** Data of another kind in the same folder. */
const NO_PROFILE = 'stack-roles';

/** Names of the profiles that come with egresslock, sorted. */
export function profileNames(): string[] {
  return readdirSync(PROFILES, { recursive: true, encoding: 'utf8' })
    .flatMap((path) => (path.endsWith('.json') ? [path.slice(0, -'.json'.length)] : []))
    .filter((name) => name !== NO_PROFILE)
    .sort();
}

/** @throws ConfigError */
export function readProfile(name: string, registries: readonly Registry[]): Config {
  const names = profileNames();
  if (!names.includes(name)) {
    const like = nearest(name, names);
    throw new ConfigError(
      'not-found',
      `expected one of the profiles ${names.join(', ')}, got ${name}${like === null ? '' : `; did you mean ${like}?`}`,
    );
  }
  const text = readBounded(`${PROFILES}${name}.json`, MAXIMUM_PROFILE);
  if (text === null) throw new ConfigError('not-found', `expected the file of the profile ${name}, got none`);
  return parseProfile(text.toString('utf8'), name, registries);
}
