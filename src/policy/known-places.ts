import type { PolicyRule } from '../model/policy.js';
import { type HostSet, hostSet } from './host-set.js';

/** Places of which detectors know what they are for, from the reviewed profiles. */
export interface KnownPlaces {
  /** Public resolvers that anybody may ask, by name and by address. */
  readonly resolvers: HostSet;
  /** Where clouds give out a machine's credentials, by name and by address. */
  readonly metadata: HostSet;
  /** Top-level domains with a bad record. */
  readonly riskySuffixes: ReadonlySet<string>;
}

/** Rules of the profiles below `profiles/threats/` that detectors read, by the profile's name. */
export type PlaceProfiles = Readonly<
  Record<
    'public-resolvers' | 'dns-over-https' | 'cloud-metadata' | 'top-level-domains',
    readonly PolicyRule[]
  >
>;

export function knownPlaces(profiles: PlaceProfiles): KnownPlaces {
  const hosts = (rules: readonly PolicyRule[]): string[] => rules.map(({ host }) => host);
  return {
    resolvers: hostSet([...hosts(profiles['public-resolvers']), ...hosts(profiles['dns-over-https'])]),
    metadata: hostSet(hosts(profiles['cloud-metadata'])),
    // `*.top`: all below it.
    riskySuffixes: new Set(hosts(profiles['top-level-domains']).map((host) => host.replace(/^\*\./, ''))),
  };
}

/** Where no profiles were read, nothing is known to be any of these. */
export const NO_PLACES: KnownPlaces = {
  resolvers: hostSet([]),
  metadata: hostSet([]),
  riskySuffixes: new Set(),
};
