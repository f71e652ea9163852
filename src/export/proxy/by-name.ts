import { type EgressList, hostText } from '../../model/egress-list.js';
import type { Ability } from '../fit/ability.js';
import { type FitEntry, fitEntries } from '../fit/fit-entries.js';
import type { Losses } from '../fit/losses.js';

/** Entries for a proxy that goes by the name in the first bytes: SNI for TLS, Host for HTTP. */
export interface NamedEntries {
  readonly tls: readonly FitEntry[];
  readonly http: readonly FitEntry[];
}

/** Takes the entries that carry a name and leaves out the rest aloud. */
export function namedEntries(list: EgressList, ability: Ability, losses: Losses): NamedEntries {
  const carried = list.entries.filter(({ host, ports, protocol }) => {
    const isNamed = ports === null || protocol === null || protocol === 'tls' || protocol === 'http';
    if (!isNamed)
      losses.omit(`${ability.target} reads names of TLS and HTTP only, not of ${protocol}`, hostText(host));
    return isNamed;
  });
  const entries = fitEntries(carried, ability, losses);
  for (const { host, protocol } of entries) {
    if (protocol === null)
      losses.omit(
        `${ability.target} reads names of TLS and HTTP only, not of other protocols`,
        hostText(host),
      );
  }
  return {
    tls: entries.filter(({ protocol }) => protocol !== 'http'),
    http: entries.filter(({ protocol }) => protocol !== 'tls'),
  };
}
