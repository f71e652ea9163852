import { readFileSync } from 'node:fs';
import type { RoleNames } from '../attribution/stacks/roles.js';
import type { PolicyRule } from '../model/policy.js';
import { type KnownPlaces, knownPlaces } from '../policy/known-places.js';
import { parseProfile } from '../policy/profiles/parse-profile.js';

/*
 * Read with the program: once the command has started, nothing of egresslock's own is read any more.
 */

interface StackRolesFile {
  readonly httpClients: { readonly names: readonly string[] };
  readonly testRunners: { readonly names: readonly string[] };
}

function read(name: string): string {
  return readFileSync(new URL(`../../profiles/${name}.json`, import.meta.url), 'utf8');
}

const STACK_ROLES: StackRolesFile = JSON.parse(read('stack-roles'));
const THREATS = {
  'public-resolvers': read('threats/public-resolvers'),
  'dns-over-https': read('threats/dns-over-https'),
  'cloud-metadata': read('threats/cloud-metadata'),
  'top-level-domains': read('threats/top-level-domains'),
};

/** The reviewed names by which a stack is read. */
export function readRoleNames(): RoleNames {
  const { httpClients, testRunners } = STACK_ROLES;
  return { httpClients: new Set(httpClients.names), testRunners: new Set(testRunners.names) };
}

/** The reviewed places by which detectors know what was called. */
export function readKnownPlaces(): KnownPlaces {
  const rules = (name: keyof typeof THREATS): readonly PolicyRule[] =>
    parseProfile(THREATS[name], `threats/${name}`, []).rules;
  return knownPlaces({
    'public-resolvers': rules('public-resolvers'),
    'dns-over-https': rules('dns-over-https'),
    'cloud-metadata': rules('cloud-metadata'),
    'top-level-domains': rules('top-level-domains'),
  });
}
