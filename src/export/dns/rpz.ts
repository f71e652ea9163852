import { hostText } from '../../model/egress-list.js';
import { type BlockResponse, type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { fitEntries, hostsOf } from '../fit/fit-entries.js';
import { createLosses, type Losses } from '../fit/losses.js';
import { noteRedirection, redirectionOf } from '../fit/redirection.js';

/** Seconds; short, since a name may come on the list. */
const TTL = 60;
/** Where no other name is given to the zone, it is this one; an owner name in it has at most 253 characters (RFC 1035 §2.3.4). */
const ZONE = 'rpz.egresslock';
const LONGEST_OWNER = 253 - ZONE.length - 1;

const ABILITY: Ability = {
  target: 'A response policy zone',
  exact: 'exact',
  below: 'any-depth',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'no',
  protocols: [],
  lookups: true,
};

/**
 * A response policy zone (draft-vixie-dnsop-dns-rpz-00) for BIND, Unbound, Knot Resolver and PowerDNS: PASSTHRU for what
 * is allowed, and one wildcard for all the rest. Its owner names are relative to the zone, whatever it is called.
 */
export const rpz: Exporter = (list, options) => {
  const losses = createLosses();
  const hosts = hostsOf(fitEntries(list.entries, ABILITY, losses));
  // A resolver looks at each name of a chain, and the wildcard blocks what is not allowed: there is no way to trust.
  const redirection = redirectionOf(hosts, list, 'inspect');
  noteRedirection(redirection, hosts, list, ABILITY.target, losses);
  const owners = [...new Set([...hosts.map(hostText), ...redirection.chain])].sort();
  const records = owners
    .filter((owner) => isShortEnough(owner, losses))
    .map((owner) => `${owner} CNAME rpz-passthru.`);
  const lines = [
    `; ${madeBy('rpz')}`,
    `$TTL ${TTL}`,
    '@ SOA localhost. root.localhost. 1 3600 600 86400 60',
    '@ NS localhost.',
    ...records,
    `* CNAME ${blockTarget(options.blockResponse)}`,
  ];
  return { text: `${lines.join('\n')}\n`, ...losses.all() };
};

function isShortEnough(owner: string, losses: Losses): boolean {
  if (owner.length <= LONGEST_OWNER) return true;
  losses.omit(`in a zone named ${ZONE}, a name has at most ${LONGEST_OWNER} characters`, owner);
  return false;
}

function blockTarget(response: BlockResponse): string {
  switch (response.kind) {
    case 'nxdomain':
      return '.';
    case 'nodata':
      return '*.';
    case 'override':
      return `${response.name}.`;
  }
}
