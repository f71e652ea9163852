import { compareBy } from '../../model/compare.js';
import { hostText } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, RFC1123_LABEL } from '../fit/ability.js';
import { cidr } from '../fit/addresses.js';
import { type FitEntry, type FitHost, fitEntries } from '../fit/fit-entries.js';
import { chunks, groupBy } from '../fit/groups.js';
import { anyProtocol } from '../fit/loss-words.js';
import { createLosses, type Losses } from '../fit/losses.js';
import { transportsOf } from '../fit/transports.js';
import { yamlText } from '../syntax/yaml.js';

const ABILITY: Ability = {
  target: 'Istio',
  exact: 'exact',
  below: 'any-depth',
  label: RFC1123_LABEL,
  addresses: 'ranges',
  ports: 'some',
  protocols: ['tls', 'http'],
  lookups: false,
};
const API = 'networking.istio.io/v1';
/** Hosts, and addresses, of one ServiceEntry, at most (its custom resource). */
const HOSTS_OF_AN_ENTRY = 256;

/**
 * A Sidecar that lets the pods of its namespace reach what is registered only, and ServiceEntries with the list.
 * A sidecar is no wall: a pod that goes around it is not stopped (Istio documentation, "Egress TLS Origination").
 */
export const istio: Exporter = (list) => {
  const losses = createLosses();
  const carried = list.entries.filter((entry) => {
    const isCarried = entry.ports === null || transportsOf(entry.protocol).includes('tcp');
    if (!isCarried) losses.omit('Istio carries no UDP', hostText(entry.host));
    return isCarried;
  });
  const entries = fitEntries(carried, ABILITY, losses).filter((entry) => isRoutable(entry, losses));
  const groups = groupBy(withPorts(entries, losses), ({ host, ports }) =>
    [host.kind, ...ports.map(({ name }) => name)].join(' '),
  ).flatMap((group) => chunks(group, HOSTS_OF_AN_ENTRY));
  const sidecar = {
    apiVersion: API,
    kind: 'Sidecar',
    metadata: { name: 'default' },
    spec: { egress: [{ hosts: ['./*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
  };
  const documents = [sidecar, ...groups.map(serviceEntry)];
  return { text: yamlText(madeBy('istio'), ...documents), ...losses.all() };
};

/** A name can be told from another one at the same port by SNI or Host alone. */
function isRoutable({ host, protocol }: FitEntry, losses: Losses): boolean {
  if (host.kind === 'range' || protocol === 'tls' || protocol === 'http') return true;
  losses.omit(
    protocol === null
      ? 'Istio needs to be told the protocol of a name: TLS or HTTP'
      : `Istio reads names of TLS and HTTP only, not of ${protocol}`,
    hostText(host),
  );
  return false;
}

interface Port {
  readonly number: number;
  readonly name: string;
  readonly protocol: 'TLS' | 'HTTP' | 'TCP';
}

interface Service {
  readonly host: FitHost;
  /** Sorted; each number once, as a ServiceEntry has it. */
  readonly ports: readonly Port[];
}

function withPorts(entries: readonly FitEntry[], losses: Losses): Service[] {
  return groupBy(entries, ({ host }) => hostText(host)).flatMap((own): Service[] => {
    const [first] = own;
    if (first === undefined) return [];
    const ports = new Map<number, Port>();
    for (const entry of own) {
      const port = portOf(entry, losses);
      if (port === null) continue;
      const known = ports.get(port.number);
      if (known !== undefined && known.name !== port.name)
        losses.omit(`Istio takes one protocol at a port: ${port.name}`, hostText(entry.host));
      else ports.set(port.number, port);
    }
    return [{ host: first.host, ports: [...ports.values()].sort(compareBy((port) => port.number)) }];
  });
}

/** For TLS and HTTP Istio looks for a name, which an address has not: so an address is plain TCP. */
function portOf({ host, ports, protocol }: FitEntry, losses: Losses): Port | null {
  if (ports === null) return null;
  const isNamed = protocol === 'tls' || protocol === 'http';
  if (host.kind === 'range' && isNamed) losses.widen(anyProtocol('Istio', ' at an address'), hostText(host));
  const word = host.kind !== 'range' && isNamed ? protocol : 'tcp';
  const upper = ({ tls: 'TLS', http: 'HTTP', tcp: 'TCP' } as const)[word];
  return { number: ports.from, name: `${word}-${ports.from}`, protocol: upper };
}

function serviceEntry(services: readonly Service[], index: number): unknown {
  const hosts = services.map(({ host }) => host);
  const kind = hosts[0]?.kind ?? 'name';
  const name = `egresslock-${index + 1}`;
  const addresses = hosts.flatMap((host) => (host.kind === 'range' ? [cidr(host)] : []));
  return {
    apiVersion: API,
    kind: 'ServiceEntry',
    metadata: { name },
    spec: {
      // Addresses need a name of their own, which nobody looks up.
      hosts: kind === 'range' ? [`${name}.invalid`] : hosts.map(hostText),
      ...(addresses.length > 0 ? { addresses } : {}),
      location: 'MESH_EXTERNAL',
      exportTo: ['.'],
      ports: services[0]?.ports ?? [],
      // The sidecar resolves a name itself; wildcards and ranges go where the pod wanted.
      resolution: kind === 'name' ? 'DNS' : 'NONE',
    },
  };
}
