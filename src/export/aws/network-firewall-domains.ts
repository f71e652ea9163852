import { type EgressEntry, type EgressList, hostText } from '../../model/egress-list.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { type FitHost, fitEntries, hostsOf } from '../fit/fit-entries.js';
import type { Losses } from '../fit/losses.js';

const ABILITY: Ability = {
  target: 'A domain list of Network Firewall',
  exact: 'exact',
  below: 'with-apex',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'no',
  protocols: [],
  lookups: false,
};

/** One rule group of the domain lists. */
export interface DomainGroup {
  readonly id: 'Tls' | 'Http';
  readonly type: 'TLS_SNI' | 'HTTP_HOST';
  /** `x` is exact, `.x` is x and all below it; sorted. */
  readonly targets: readonly string[];
  /** Domains × protocols + protocols, which is what a group of this kind costs; it is fixed when the group is made. */
  readonly capacity: number;
}

/** Names by what tells them on the wire: SNI and Host. A group without a name is left out: AWS takes no empty one. */
export function domainGroups(list: EgressList, losses: Losses): DomainGroup[] {
  const seen = list.entries.filter((entry) => {
    const isSeen =
      entry.ports === null || entry.protocol === null || isOf(entry, 'tls') || isOf(entry, 'http');
    if (!isSeen)
      losses.omit(`${ABILITY.target} knows TLS and HTTP only, not ${entry.protocol}`, hostText(entry.host));
    return isSeen;
  });
  const entries = fitEntries(seen, ABILITY, losses);
  return (['tls', 'http'] as const).flatMap((protocol) => {
    const targets = targetsOf(
      hostsOf(entries.filter((entry) => isOf(entry, protocol) || entry.protocol === null)),
    );
    if (targets.length === 0) return [];
    const kind =
      protocol === 'tls'
        ? ({ id: 'Tls', type: 'TLS_SNI' } as const)
        : ({ id: 'Http', type: 'HTTP_HOST' } as const);
    return [{ ...kind, targets, capacity: targets.length + 1 }];
  });
}

function isOf(entry: EgressEntry, protocol: 'tls' | 'http'): boolean {
  return entry.protocol === protocol;
}

/** A wildcard covers its apex and all below, so what it covers is not listed again. */
function targetsOf(hosts: readonly FitHost[]): string[] {
  const names = hosts.flatMap((host) => (host.kind === 'range' ? [] : [host]));
  const below = names.filter(({ kind }) => kind === 'below').map(({ name }) => name);
  const wildcards = below.filter((name) => !below.some((other) => name.endsWith(`.${other}`)));
  const exact = names
    .filter(({ kind, name }) => kind === 'name' && !below.some((other) => `.${name}`.endsWith(`.${other}`)))
    .map(({ name }) => name);
  return [...exact, ...wildcards.map((name) => `.${name}`)].sort();
}
