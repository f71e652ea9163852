import type { RoleNames } from '../attribution/stacks/roles.js';
import type { PolicyRule } from '../model/policy.js';
import { type KnownPlaces, knownPlaces } from '../policy/known-places.js';
import { parseProfile } from '../policy/profiles/parse-profile.js';
import type { ProfileTexts } from './profile-texts.js';

interface StackRolesFile {
  readonly httpClients: { readonly names: readonly string[] };
  readonly testRunners: { readonly names: readonly string[] };
}

/** The reviewed names by which a stack is read. */
export function roleNamesOf(texts: ProfileTexts): RoleNames {
  const { httpClients, testRunners }: StackRolesFile = JSON.parse(texts['stack-roles']);
  return { httpClients: new Set(httpClients.names), testRunners: new Set(testRunners.names) };
}

/** The reviewed places by which detectors know what was called. */
export function knownPlacesOf(texts: ProfileTexts): KnownPlaces {
  const rules = (name: Exclude<keyof ProfileTexts, 'stack-roles'>): readonly PolicyRule[] =>
    parseProfile(texts[name], name, []).rules;
  return knownPlaces({
    'public-resolvers': rules('threats/public-resolvers'),
    'dns-over-https': rules('threats/dns-over-https'),
    'cloud-metadata': rules('threats/cloud-metadata'),
    'top-level-domains': rules('threats/top-level-domains'),
  });
}
