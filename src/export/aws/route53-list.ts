import { type EgressList, hostText } from '../../model/egress-list.js';
import type { ExportOptions } from '../exporter.js';
import { type Ability, LDH_LABEL } from '../fit/ability.js';
import { fitEntries, hostsOf } from '../fit/fit-entries.js';
import { chunks } from '../fit/groups.js';
import type { Losses } from '../fit/losses.js';
import { noteRedirection, type Redirection, redirectionOf } from '../fit/redirection.js';

/** Domains that one UpdateFirewallDomains call takes (Route 53 API reference). */
const DOMAINS_OF_A_LIST = 1000;

const ABILITY: Ability = {
  target: 'Route 53 DNS Firewall',
  exact: 'exact',
  below: 'any-depth',
  // The API reference names letters, digits and hyphens only.
  label: LDH_LABEL,
  addresses: 'no',
  ports: 'no',
  protocols: [],
  lookups: true,
};

/** What both languages of AWS write down. */
export interface Route53List {
  /** Domain lists, each of at most 1,000 domains. */
  readonly domains: readonly (readonly string[])[];
  readonly redirection: Redirection['mode'];
}

export function route53List(list: EgressList, options: ExportOptions, losses: Losses): Route53List {
  const hosts = hostsOf(fitEntries(list.entries, ABILITY, losses));
  const redirection = redirectionOf(hosts, list, options.redirection);
  noteRedirection(redirection, hosts, list, ABILITY.target, losses);
  const chain = redirection.chain.filter((name) => {
    const isTaken = name.split('.').every((label) => LDH_LABEL.test(label));
    if (!isTaken) losses.omit('Route 53 DNS Firewall does not take such a name', name);
    return isTaken;
  });
  const domains = [...new Set([...hosts.map(hostText), ...chain])].sort();
  return { domains: chunks(domains, DOMAINS_OF_A_LIST), redirection: redirection.mode };
}

/** What AWS calls the two ways. */
export const REDIRECTION_ACTION = {
  inspect: 'INSPECT_REDIRECTION_DOMAIN',
  trust: 'TRUST_REDIRECTION_DOMAIN',
} as const;

/** Kinds of threats that AWS detects by itself (DNS Firewall Advanced). */
export const THREATS = ['DGA', 'DICTIONARY_DGA', 'DNS_TUNNELING'] as const;

/** Seconds for which an override may be cached; the API takes 0 to 604,800. Short, since a name may come on the list. */
export const OVERRIDE_TTL = 60;
