import { hostText, isAnyPort } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { cidr } from '../fit/addresses.js';
import { type FitHost, fitEntries, hostsOf } from '../fit/fit-entries.js';
import { chunks, groupBy } from '../fit/groups.js';
import { createLosses } from '../fit/losses.js';
import { yamlText } from '../syntax/yaml.js';
import { type Opening, openingKey, openingOf } from './ports.js';

const ABILITY: Ability = {
  target: 'Cilium',
  exact: 'exact',
  below: 'one-level',
  label: ANY_LABEL,
  addresses: 'ranges',
  ports: 'ranges',
  protocols: [],
  lookups: true,
};
/** Ports of one rule, at most (CiliumNetworkPolicy, `toPorts.ports`). */
const PORTS_OF_A_RULE = 40;

/**
 * A CiliumNetworkPolicy for all pods of a namespace: look-ups of the listed names at the cluster's DNS, without which
 * toFQDNs learns no addresses, and connections. `toFQDNs` shares its rule with no other destination.
 */
export const cilium: Exporter = (list) => {
  const losses = createLosses();
  const entries = fitEntries(list.entries, ABILITY, losses);
  const places = entries.flatMap((entry) => {
    const opening = openingOf(entry, losses);
    return opening === null ? [] : [{ host: entry.host, opening }];
  });
  // Hosts that are reached at the same ports share a rule.
  const hosts = groupBy(places, ({ host }) => hostText(host)).flatMap((own) =>
    own[0] === undefined ? [] : [{ host: own[0].host, openings: own.map(({ opening }) => opening) }],
  );
  const rules = groupBy(hosts, ({ host, openings }) =>
    [host.kind === 'range', ...openings.map(openingKey)].join(','),
  );
  const policy = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'egresslock' },
    spec: {
      endpointSelector: {},
      egress: [
        ...dnsRule(hostsOf(entries)),
        ...rules.flatMap((group) =>
          egressRule(
            group.map(({ host }) => host),
            group[0]?.openings ?? [],
          ),
        ),
      ],
      // Without an egress rule, this makes nothing leave rather than all.
      enableDefaultDeny: { egress: true },
    },
  };
  return { text: yamlText(madeBy('cilium'), policy), ...losses.all() };
};

function dnsRule(hosts: readonly FitHost[]): unknown[] {
  const names = hosts.filter(({ kind }) => kind !== 'range');
  if (names.length === 0) return [];
  const dns = {
    'k8s:io.kubernetes.pod.namespace': 'kube-system',
    'k8s:k8s-app': 'kube-dns',
  };
  return [
    {
      toEndpoints: [{ matchLabels: dns }],
      toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: names.map(selector) } }],
    },
  ];
}

function egressRule(hosts: readonly FitHost[], openings: readonly Opening[]): unknown[] {
  const ranges = hosts.flatMap((host) => (host.kind === 'range' ? [cidr(host)] : []));
  const names = hosts.filter(({ kind }) => kind !== 'range').map(selector);
  const to = ranges.length > 0 ? { toCIDR: ranges } : { toFQDNs: names };
  if (openings.some(({ ports, transports }) => isAnyPort(ports) && transports.length > 1)) return [to];
  return chunks(openings.flatMap(portsOf), PORTS_OF_A_RULE).map((ports) => ({ ...to, toPorts: [{ ports }] }));
}

function selector(host: FitHost): unknown {
  return host.kind === 'below' ? { matchPattern: hostText(host) } : { matchName: hostText(host) };
}

function portsOf({ transports, ports }: Opening): unknown[] {
  const from = Math.max(ports.from, 1);
  const range = from === ports.to ? { port: String(from) } : { port: String(from), endPort: ports.to };
  return transports.map((transport) => ({ ...range, protocol: transport.toUpperCase() }));
}
