import { compareBy } from '../../model/compare.js';
import { type EgressEntry, type EgressHost, type EgressList, hostText } from '../../model/egress-list.js';
import type { PortRange } from '../../model/policy.js';
import { anyProtocol, isListable, onlyLookedUp, unlistable } from './loss-words.js';
import type { Losses } from './losses.js';
import { type FlowTransport, transportsOf } from './transports.js';

export interface AddressRange {
  /** Canonical text, without a length. */
  readonly address: string;
  readonly length: number;
  readonly family: 4 | 6;
}

/** One opening of a packet filter. */
export interface AddressPlace extends AddressRange {
  readonly transport: FlowTransport;
  readonly ports: PortRange;
}

/** `198.51.100.7/32` */
export function cidr({ address, length }: AddressRange): string {
  return `${address}/${length}`;
}

/** Where a host was seen to live: an address is itself, of a name or a wildcard's names the kept runs tell. */
export function addressesOf(host: EgressHost, { resolutions }: EgressList): AddressRange[] {
  switch (host.kind) {
    case 'range':
      return [host];
    case 'name':
      return (resolutions.get(host.name)?.addresses ?? []).map(single);
    case 'below': {
      const below = [...resolutions].filter(([name]) => name.endsWith(`.${host.name}`));
      return [...new Set(below.flatMap(([, { addresses }]) => addresses))].sort().map(single);
    }
    case 'all':
    case 'none':
      return [];
  }
}

/**
 * The list for a target that knows no names: addresses, transports and ports, each once. Names whose addresses nobody
 * has seen are a loss, and so is it that addresses stand for names at all.
 */
export function addressPlaces(list: EgressList, target: string, losses: Losses): AddressPlace[] {
  const places = new Map<string, AddressPlace>();
  for (const entry of list.entries) {
    for (const place of placesOf(entry, list, target, losses)) {
      places.set([cidr(place), place.transport, place.ports.from, place.ports.to].join(' '), place);
    }
  }
  return [...places.values()].sort(
    compareBy(
      (place) => place.family,
      (place) => place.address,
      (place) => place.length,
      (place) => place.transport,
      (place) => place.ports.from,
      (place) => place.ports.to,
    ),
  );
}

function placesOf(entry: EgressEntry, list: EgressList, target: string, losses: Losses): AddressPlace[] {
  const { host, ports, protocol } = entry;
  const text = hostText(host);
  const omit = (what: string): [] => {
    losses.omit(what, text);
    return [];
  };
  if (!isListable(host)) return omit(unlistable(host));
  if (ports === null) return omit(onlyLookedUp(target));
  const addresses = addressesOf(host, list);
  if (addresses.length === 0)
    return omit(`${target} goes by addresses, and no kept run has seen one of this name`);
  if (host.kind !== 'range') {
    losses.widen(`${target} knows no names: whatever else lives at the addresses that were seen`, text);
    losses.omit(`${target} knows no names: the addresses that this one moves to`, text);
  }
  if (protocol !== null) losses.widen(anyProtocol(target), text);
  const transports = transportsOf(protocol);
  if (transports.length > 1 && protocol !== null)
    losses.widen('the lock does not say by which transport: both TCP and UDP', text);
  return addresses.flatMap(({ address, length, family }) =>
    transports.map((transport) => ({ address, length, family, transport, ports })),
  );
}

function single(address: string): AddressRange {
  const family = address.includes(':') ? 6 : 4;
  return { address, length: family === 4 ? 32 : 128, family };
}
