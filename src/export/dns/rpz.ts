import { hostText } from '../../model/egress-list.js';
import { type BlockResponse, type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { fitEntries, hostsOf } from '../fit/fit-entries.js';
import { createLosses, type Losses } from '../fit/losses.js';
import { rpzRecords } from './rpz-records.js';

/** Seconds; short, since a name may come on the list. */
const TTL = 60;
/** Where no other name is given to the zone, it is this one. */
const ZONE = 'rpz.egresslock';
/** Characters of a name of which `*.NAME.ZONE` has at most 253 (RFC 1035 §2.3.4). */
const LONGEST_NAME = 253 - `*..${ZONE}`.length;

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
 * A response policy zone (draft-vixie-dnsop-dns-rpz-00) for BIND and Unbound: PASSTHRU for what is allowed, and an
 * answer for all the rest. Its owner names are relative to the zone, whatever it is called.
 */
export const rpz: Exporter = (list, options) => {
  const losses = createLosses();
  const hosts = hostsOf(fitEntries(list.entries, ABILITY, losses));
  const exact = hosts.flatMap((host) => (host.kind === 'name' ? [host.name] : []));
  const below = hosts.flatMap((host) => (host.kind === 'below' ? [host.name] : []));
  // PASSTHRU for the name that was asked ends the matter for its whole answer, in BIND 9.18 and Unbound 1.17.
  for (const host of hosts)
    losses.widen(`${ABILITY.target} does not look at what a name that passes leads to`, hostText(host));
  const records = rpzRecords(
    exact.filter((name) => isShortEnough(name, losses)),
    below.filter((name) => isShortEnough(name, losses)),
    blockTarget(options.blockResponse),
  );
  const lines = [
    `; ${madeBy('rpz')}`,
    `$TTL ${TTL}`,
    '@ SOA localhost. root.localhost. 1 3600 600 86400 60',
    '@ NS localhost.',
    ...records,
  ];
  return { text: `${lines.join('\n')}\n`, ...losses.all() };
};

function isShortEnough(name: string, losses: Losses): boolean {
  if (name.length <= LONGEST_NAME) return true;
  losses.omit(`in a zone named ${ZONE}, a name has at most ${LONGEST_NAME} characters`, name);
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
