import { hostText, isAnyPort } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import type { Ability } from '../fit/ability.js';
import { cidr } from '../fit/addresses.js';
import { fitEntries, hostsOf } from '../fit/fit-entries.js';
import { chunks, groupBy } from '../fit/groups.js';
import { createLosses } from '../fit/losses.js';
import { yamlText } from '../syntax/yaml.js';
import { type Opening, openingKey, openingOf } from './ports.js';

const ABILITY: Ability = {
  target: 'ClusterNetworkPolicy',
  exact: 'exact',
  below: 'any-depth',
  // The pattern of DomainName in the API's types.
  label: /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/,
  addresses: 'ranges',
  ports: 'ranges',
  protocols: [],
  lookups: false,
};
/** Names or ranges of one rule, rules of one policy, and the last priority, as the API's types have them. */
const HOSTS_OF_A_RULE = 25;
const RULES_OF_A_POLICY = 25;
const LAST_PRIORITY = 1000;

/**
 * ClusterNetworkPolicies (policy.networking.k8s.io/v1alpha2) of the tier Admin for all pods of the namespaces with the
 * label `egresslock: enforced`. A policy holds 25 rules, so a long list takes several; pods among themselves are left to
 * the next tier, and the last policy denies the rest.
 */
export const clusterNetworkPolicy: Exporter = (list) => {
  const losses = createLosses();
  const entries = fitEntries(list.entries, ABILITY, losses).filter(({ host }) => {
    const isTaken = host.kind === 'range' || host.name.includes('.') || host.kind === 'below';
    if (!isTaken) losses.omit(`${ABILITY.target} does not take a name of one label`, hostText(host));
    return isTaken;
  });
  const places = entries.flatMap((entry) => {
    const opening = openingOf(entry, losses);
    return opening === null ? [] : [{ entry, opening }];
  });
  const rules = groupBy(places, ({ entry, opening }) =>
    [entry.host.kind === 'range', openingKey(opening)].join(' '),
  ).flatMap((group) =>
    chunks(hostsOf(group.map(({ entry }) => entry)), HOSTS_OF_A_RULE).map((hosts) => ({
      action: 'Accept',
      to: [
        hosts[0]?.kind === 'range'
          ? { networks: hosts.flatMap((host) => (host.kind === 'range' ? [cidr(host)] : [])) }
          : { domainNames: hosts.map(hostText) },
      ],
      ...protocolsOf(group[0]?.opening),
    })),
  );
  const policies = chunks([...rules, ...REST], RULES_OF_A_POLICY);
  if (policies.length > LAST_PRIORITY)
    losses.omit(`${ABILITY.target} has ${LAST_PRIORITY} priorities, and this takes ${policies.length}`, '*');
  const documents = policies.map((egress, index) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `egresslock-${index + 1}` },
    spec: {
      tier: 'Admin',
      priority: index + 1,
      subject: { namespaces: { matchLabels: { egresslock: 'enforced' } } },
      egress,
    },
  }));
  return { text: yamlText(madeBy('k8s-cluster-network-policy'), ...documents), ...losses.all() };
};

const REST = [
  { action: 'Pass', to: [{ namespaces: {} }] },
  { action: 'Deny', to: [{ networks: ['0.0.0.0/0', '::/0'] }] },
];

function protocolsOf(opening: Opening | undefined): { readonly protocols?: unknown } {
  if (opening === undefined || (isAnyPort(opening.ports) && opening.transports.length > 1)) return {};
  const from = Math.max(opening.ports.from, 1);
  const { to } = opening.ports;
  const destinationPort = from === to ? { number: from } : { range: { start: from, end: to } };
  return { protocols: opening.transports.map((transport) => ({ [transport]: { destinationPort } })) };
}
