import { hostText, isAnyPort } from '../../model/egress-list.js';
import type { PortRange } from '../../model/policy.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { cidr } from '../fit/addresses.js';
import { type FitHost, fitEntries, hostsOf } from '../fit/fit-entries.js';
import { groupBy } from '../fit/groups.js';
import { createLosses } from '../fit/losses.js';
import { transportsOf } from '../fit/transports.js';

const ABILITY: Ability = {
  target: 'Squid',
  exact: 'exact',
  below: 'any-depth',
  label: ANY_LABEL,
  addresses: 'ranges',
  ports: 'ranges',
  protocols: ['http'],
  lookups: false,
};

/**
 * Access lists of squid.conf, to be included before any other http_access line: what is allowed, and nothing else. With
 * `-n` no name is resolved for a decision, so what an address's owner writes into reverse DNS allows nothing.
 */
export const squid: Exporter = (list) => {
  const losses = createLosses();
  const carried = list.entries.filter((entry) => {
    if (entry.ports === null || transportsOf(entry.protocol).includes('tcp')) return true;
    losses.omit('Squid carries no UDP', hostText(entry.host));
    return false;
  });
  // HTTP is asked for by its URL; all else goes through a tunnel.
  const places = fitEntries(carried, ABILITY, losses).flatMap((entry) => [
    ...(entry.protocol === 'http' || entry.protocol === null
      ? [{ entry, method: '!egresslock_tunnel' }]
      : []),
    ...(entry.protocol === 'http' ? [] : [{ entry, method: 'egresslock_tunnel' }]),
  ]);
  const groups = groupBy(places, ({ entry, method }) => `${method} ${portsText(entry.ports)}`);
  const lines = groups.flatMap((group, index) => {
    const [first] = group;
    if (first === undefined) return [];
    const hosts = hostsOf(group.map(({ entry }) => entry));
    return rulesOf(`egresslock_${index + 1}`, first.method, portsText(first.entry.ports), hosts);
  });
  const text = [
    `# ${madeBy('squid')}`,
    'acl egresslock_tunnel method CONNECT',
    ...lines,
    'http_access deny all',
  ].join('\n');
  return { text: `${text}\n`, ...losses.all() };
};

function portsText(ports: PortRange | null): string {
  if (ports === null || isAnyPort(ports)) return '1-65535';
  return ports.from === ports.to ? String(ports.from) : `${ports.from}-${ports.to}`;
}

/** Several lines of one acl are alternatives; all acls of an http_access line must match. */
function rulesOf(name: string, method: string, ports: string, hosts: readonly FitHost[]): string[] {
  const exact = hosts.flatMap((host) => (host.kind === 'name' ? [host.name] : []));
  const ranges = hosts.flatMap((host) => (host.kind === 'range' ? [cidr(host)] : []));
  const below = outermost(hosts.flatMap((host) => (host.kind === 'below' ? [host.name] : [])));
  const allow = (...acls: readonly string[]): string =>
    ['http_access allow', method, `${name}_ports`, ...acls].join(' ');
  const acl = (suffix: string, type: string, values: readonly string[]): string[] =>
    values.map((value) => `acl ${name}_${suffix} ${type} ${value}`);
  return [
    `acl ${name}_ports port ${ports}`,
    ...acl('names', 'dstdomain -n', exact),
    ...acl('ranges', 'dst -n', ranges),
    // Squid's wildcard covers the name above it, too.
    ...acl(
      'below',
      'dstdomain -n',
      below.map((wide) => `.${wide}`),
    ),
    ...acl('apex', 'dstdomain -n', below),
    ...(exact.length > 0 ? [allow(`${name}_names`)] : []),
    ...(ranges.length > 0 ? [allow(`${name}_ranges`)] : []),
    ...(below.length > 0 ? [allow(`${name}_below`, `!${name}_apex`)] : []),
  ];
}

/** Squid warns of names that another one of the same list covers. */
function outermost(names: readonly string[]): string[] {
  return names.filter((name) => !names.some((other) => name.endsWith(`.${other}`)));
}
