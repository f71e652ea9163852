import type { ListEntry, WildcardProposal } from '../policy/minimal-list.js';
import { asciiText, plainText } from './plain-text.js';
import { largest, padEnd } from './width.js';

/**
 * What may stand as a line of the list: letters, digits, `-`, `_`, dots, and the colons of IPv6. A command may look
 * up any bytes: `*.example` as a name that was seen must not become a wildcard of somebody's firewall.
 */
const HOST = /^[a-z0-9_][a-z0-9_.:-]*$/i;
/** Hosts longer than this don't push the comments of the others to the right. */
const COLUMN = 60;

/** One host a line, sorted, with a comment: where it is reached, and for whom. A host that can't stand is a comment. */
export function listText(entries: readonly ListEntry[]): string {
  if (entries.length === 0) return '# no destination\n';
  const hosts = new Map<string, ListEntry[]>();
  for (const entry of entries) {
    const places = hosts.get(entry.host) ?? [];
    hosts.set(entry.host, places);
    places.push(entry);
  }
  const listed = [...hosts].filter(([host]) => HOST.test(host));
  const column = largest(listed.map(([host]) => host.length).filter((length) => length <= COLUMN));
  const lines = [...hosts].map(([host, places]) =>
    HOST.test(host)
      ? `${padEnd(host, column)}  # ${commentOf(places)}`
      : `# left out, not a host name: ${asciiText(host)} (${commentOf(places)})`,
  );
  return `${lines.join('\n')}\n`;
}

/** `443/tls, 80/http, needed by left, right`; `lookup` for a name that is only looked up. */
function commentOf(places: readonly ListEntry[]): string {
  const ports = places.map(({ port, protocol }) => (port === null ? 'lookup' : `${port}/${protocol}`));
  const packages = new Set(places.flatMap((place) => place.packages));
  return `${ports.join(', ')}, needed by ${[...packages].sort().map(plainText).join(', ')}`;
}

export interface ListV1 {
  readonly schemaVersion: 1;
  readonly destinations: readonly ListEntry[];
  /** Never applied: for a person to decide. */
  readonly proposals: readonly WildcardProposal[];
}

export function listJson(entries: readonly ListEntry[], proposals: readonly WildcardProposal[]): ListV1 {
  return {
    schemaVersion: 1,
    destinations: entries.map(({ host, port, protocol, packages }) => ({
      host,
      port,
      protocol,
      packages: [...packages],
    })),
    proposals: proposals.map(({ pattern, hosts, reason }) => ({ pattern, hosts: [...hosts], reason })),
  };
}
