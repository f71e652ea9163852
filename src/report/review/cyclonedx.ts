import { compareBy, compareText } from '../../model/compare.js';
import type { Destination } from '../../model/destination.js';
import type { Review } from '../../model/review.js';
import { jsonText } from '../json-text.js';
import { asciiText, plainText } from '../plain-text.js';
import { encoded, type Person, personReader } from './people.js';

/** Characters that the schema has for a version; npm takes 256. */
const VERSION = 1024;

/** A host, and all that was seen of it. */
interface Service {
  readonly host: string;
  readonly endpoints: Set<string>;
  sent: number;
  received: number;
}

interface Component extends Person {
  readonly reference: string;
  readonly locations: Set<string>;
  readonly chains: Set<string>;
  readonly services: Set<string>;
}

/**
 * CycloneDX 1.6: the packages, managers and processes that reached out, the hosts as services beyond the trust boundary,
 * and a dependency for each call. Not a list of all that the project is made of. No serial number, since equal runs give
 * equal bytes; the time is the newest run's own.
 */
export function cyclonedx(review: Review): string {
  const services = new Map<string, Service>();
  const components = new Map<string, Component>();
  for (const { record } of review.runs) {
    const personOf = personReader(record);
    for (const destination of record.destinations) {
      const service = serviceAt(services, destination);
      for (const attribution of destination.attributions) {
        const component = componentAt(components, personOf(attribution));
        component.services.add(serviceReference(service.host));
        if (attribution.package !== null) component.locations.add(attribution.package.location);
        for (const chain of attribution.why) component.chains.add(chain.join(' > '));
      }
    }
  }
  const sortedServices = [...services.values()].sort(compareBy(({ host }) => host));
  const sortedComponents = [...components.values()].sort(compareBy(({ reference }) => reference));
  const newest = review.runs
    .map(({ record }) => record.run.startedAt)
    .sort(compareText)
    .at(-1);
  return jsonText({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      ...(newest === undefined ? {} : { timestamp: newest }),
      tools: { components: [{ type: 'application', name: 'egresslock', version: review.version }] },
      properties: review.runs.map(({ record: { run, capture } }) => ({
        name: `egresslock:capture:${plainText(run.phase)}`,
        value: capture.verdict,
      })),
    },
    components: sortedComponents.map(componentOf),
    services: sortedServices.map(serviceOf),
    dependencies: [
      ...sortedComponents.map(({ reference, services: called }) => ({
        ref: reference,
        dependsOn: [...called].sort(),
      })),
      ...sortedServices.map(({ host }) => ({ ref: serviceReference(host) })),
    ],
  });
}

function serviceAt(services: Map<string, Service>, destination: Destination): Service {
  const { host } = destination;
  const service = services.get(host) ?? { host, endpoints: new Set(), sent: 0, received: 0 };
  services.set(host, service);
  service.endpoints.add(endpointOf(destination));
  service.sent += destination.bytesSent;
  service.received += destination.bytesReceived;
  return service;
}

/** The scheme is the protocol that was seen, and the transport's where none was; RFC 4501 for a look-up. */
function endpointOf({ host, port, transport, protocol }: Destination): string {
  const name = /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host) ? `[${host}]` : encoded(host);
  if (port === null) return `dns:${encoded(host)}`;
  const isSeen = protocol !== 'none' && protocol !== 'unknown';
  return `${isSeen ? protocol : transport}://${name}:${port}`;
}

function componentAt(components: Map<string, Component>, person: Person): Component {
  const reference = person.purl ?? `${person.kind}:${encoded(person.name)}`;
  const component = components.get(reference) ?? {
    ...person,
    reference,
    locations: new Set(),
    chains: new Set(),
    services: new Set(),
  };
  components.set(reference, component);
  return component;
}

function componentOf({ kind, name, version, purl, reference, locations, chains }: Component) {
  const slash = kind === 'package' && name.startsWith('@') ? name.indexOf('/') : -1;
  const properties = [
    ...[...locations].sort().map((value) => ({ name: 'egresslock:location', value: plainText(value) })),
    ...[...chains].sort().map((value) => ({ name: 'egresslock:why', value: plainText(value) })),
  ];
  return {
    type: kind === 'package' ? 'library' : 'application',
    'bom-ref': reference,
    ...(slash === -1 ? {} : { group: plainText(name.slice(0, slash)) }),
    name: plainText(name.slice(slash + 1)),
    ...(version === null ? {} : { version: plainText(version).slice(0, VERSION) }),
    ...(purl === null ? {} : { purl }),
    ...(properties.length === 0 ? {} : { properties }),
  };
}

/** The flow is told from where the service stands: what we send is inbound to it. */
function serviceOf({ host, endpoints, sent, received }: Service) {
  const flow =
    sent > 0 && received > 0
      ? 'bi-directional'
      : sent > 0
        ? 'inbound'
        : received > 0
          ? 'outbound'
          : 'unknown';
  return {
    'bom-ref': serviceReference(host),
    name: asciiText(host),
    endpoints: [...endpoints].sort(),
    'x-trust-boundary': true,
    data: [{ flow, classification: 'unclassified' }],
  };
}

function serviceReference(host: string): string {
  return `service:${encoded(host)}`;
}
