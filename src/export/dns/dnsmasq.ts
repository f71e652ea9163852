import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { fitEntries, hostsOf } from '../fit/fit-entries.js';
import { createLosses } from '../fit/losses.js';

const ABILITY: Ability = {
  target: 'dnsmasq',
  exact: 'exact',
  below: 'any-depth',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'no',
  protocols: [],
  lookups: true,
};

/**
 * Lines of dnsmasq(8), version 2.86 or later, which knows `*.x`. Of several that match, the longest name decides: so a
 * name goes to the resolver and `*.name` is answered here. The resolver must be named in each line: a resolver for all
 * names would win over the answer for all names.
 */
export const dnsmasq: Exporter = (list, { blockResponse, resolver }) => {
  const losses = createLosses();
  const hosts = hostsOf(fitEntries(list.entries, ABILITY, losses));
  const exact = new Set(hosts.flatMap((host) => (host.kind === 'name' ? [host.name] : [])));
  const below = new Set(hosts.flatMap((host) => (host.kind === 'below' ? [host.name] : [])));
  for (const name of [...exact, ...below])
    losses.widen('dnsmasq does not look at what this name leads to', name);
  if (blockResponse.kind !== 'nxdomain')
    losses.omit(`dnsmasq answers unlisted names with NXDOMAIN, not with ${blockResponse.kind}`, '*');
  const isCovered = (name: string): boolean => [...below].some((wide) => name.endsWith(`.${wide}`));
  const lines = [...new Set([...exact, ...below])].sort().flatMap((name) => {
    if (resolver === null) {
      losses.omit('dnsmasq must be told the resolver that it asks: --resolver ADDRESS', name);
      return [];
    }
    const isClosedBelow = !below.has(name) && !isCovered(name);
    return [
      ...(exact.has(name) ? [`server=/${name}/${resolver}`] : []),
      ...(below.has(name) ? [`server=/*.${name}/${resolver}`] : []),
      ...(isClosedBelow ? [`address=/*.${name}/`] : []),
    ];
  });
  const text = [`# ${madeBy('dnsmasq')}`, 'no-resolv', 'address=/#/', ...lines].join('\n');
  return { text: `${text}\n`, ...losses.all() };
};
