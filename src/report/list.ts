import { type EgressEntry, type EgressList, hostText, isAnyPort, type Loss } from '../model/egress-list.js';
import type { WildcardProposal } from '../policy/minimal-list.js';
import { asciiText, plainText } from './plain-text.js';
import { largest, padEnd } from './width.js';

/**
 * What may stand as a line of the list for something that was seen: letters, digits, `-`, `_`, dots, and the colons of
 * IPv6. A command may look up any bytes: `*.example` as a name that was seen must not become a wildcard of somebody's
 * firewall.
 */
const HOST = /^[a-z0-9_][a-z0-9_.:-]*$/i;
/** Hosts longer than this don't push the comments of the others to the right. */
const COLUMN = 60;

/** One host a line, sorted, with a comment: where it is reached, and for whom. A host that can't stand is a comment. */
export function listText({ entries }: EgressList): string {
  if (entries.length === 0) return '# no destination\n';
  const hosts = new Map<string, EgressEntry[]>();
  for (const entry of entries) {
    const text = hostText(entry.host);
    const places = hosts.get(text) ?? [];
    hosts.set(text, places);
    places.push(entry);
  }
  const listed = [...hosts].filter(([, [first]]) => first !== undefined && canStand(first));
  const column = largest(listed.map(([host]) => host.length).filter((length) => length <= COLUMN));
  const lines = [...hosts].map(([host, places]) =>
    places[0] !== undefined && canStand(places[0])
      ? `${padEnd(host, column)}  # ${commentOf(places)}`
      : `# left out, not a host name: ${asciiText(host)} (${commentOf(places)})`,
  );
  return `${lines.join('\n')}\n`;
}

/** What `listText` leaves out. */
export function leftOut({ entries }: EgressList): Loss[] {
  const hosts = entries.filter((entry) => !canStand(entry)).map(({ host }) => hostText(host));
  return hosts.length === 0 ? [] : [{ what: 'it is no host name', hosts: [...new Set(hosts)].sort() }];
}

function canStand({ host }: EgressEntry): boolean {
  switch (host.kind) {
    case 'name':
    case 'none':
      return HOST.test(hostText(host));
    case 'below':
    case 'range':
    case 'all':
      return true;
  }
}

/** `443/tls, 80/http, needed by left, right`; `lookup` for a name that is only looked up. */
function commentOf(places: readonly EgressEntry[]): string {
  const ports = places.map(({ ports, protocol }) => {
    if (ports === null) return 'lookup';
    const range = ports.from === ports.to ? String(ports.from) : `${ports.from}-${ports.to}`;
    return `${isAnyPort(ports) ? 'any port' : range}/${protocol ?? 'any protocol'}`;
  });
  const packages = new Set(places.flatMap((place) => place.packages));
  const whom =
    packages.size === 0
      ? 'by the configuration'
      : `needed by ${[...packages].sort().map(plainText).join(', ')}`;
  return `${ports.join(', ')}, ${whom}`;
}

export interface ListV1 {
  readonly schemaVersion: 1;
  readonly destinations: readonly {
    readonly host: string;
    /** Null for a name that is only looked up. */
    readonly port: number | null;
    readonly protocol: string;
    readonly packages: readonly string[];
  }[];
  /** What has a wildcard, a range of addresses or ports, or any protocol: from the configuration, or by `--widen`. */
  readonly rules: readonly {
    readonly host: string;
    /** `443`, `8000-8100`; null for look-ups alone. */
    readonly ports: string | null;
    readonly protocol: string | null;
    readonly packages: readonly string[];
  }[];
  /** Never applied unless asked for: for a person to decide. */
  readonly proposals: readonly WildcardProposal[];
  readonly widened: readonly Loss[];
  readonly omitted: readonly Loss[];
}

export function listJson(list: EgressList, proposals: readonly WildcardProposal[]): ListV1 {
  return {
    schemaVersion: 1,
    destinations: list.entries.filter(isDestination).map(({ host, ports, protocol, packages }) => ({
      host: hostText(host),
      port: ports?.from ?? null,
      protocol: protocol ?? 'dns',
      packages: [...packages],
    })),
    rules: list.entries
      .filter((entry) => !isDestination(entry))
      .map(({ host, ports, protocol, packages }) => ({
        host: hostText(host),
        ports:
          ports === null ? null : ports.from === ports.to ? `${ports.from}` : `${ports.from}-${ports.to}`,
        protocol,
        packages: [...packages],
      })),
    proposals: proposals.map(({ pattern, hosts, reason }) => ({ pattern, hosts: [...hosts], reason })),
    widened: list.widened,
    omitted: list.omitted,
  };
}

/** What the lock could hold as a row. */
function isDestination({ host, ports, protocol }: EgressEntry): boolean {
  const isPlain =
    host.kind === 'name' ||
    host.kind === 'none' ||
    (host.kind === 'range' && host.length === (host.family === 4 ? 32 : 128));
  return isPlain && (ports === null || (ports.from === ports.to && protocol !== null));
}
