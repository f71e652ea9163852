import { ANY_PORT, type EgressEntry, type EgressHost, hostText, isAnyPort } from '../../model/egress-list.js';
import type { PortRange } from '../../model/policy.js';
import type { Ability } from './ability.js';
import { anyProtocol, type ListableHost, onlyLookedUp, unlistable } from './loss-words.js';
import type { Losses } from './losses.js';

/** Ports of a range that are written out one by one, at most: more would hide the rest of the list. */
const WRITTEN_OUT = 64;

/** The hosts that are left once `fitEntries` has omitted the others. */
export type FitHost = ListableHost;

export interface FitEntry extends EgressEntry {
  readonly host: FitHost;
}

/** The entries that a target can say, in the ports that it can say; what it can't is a loss. */
export function fitEntries(entries: readonly EgressEntry[], ability: Ability, losses: Losses): FitEntry[] {
  return entries.flatMap((entry): FitEntry[] => {
    const host = fitHost(entry.host, ability, losses);
    if (host === null) return [];
    if (entry.ports === null) {
      if (ability.lookups) return [{ ...entry, host }];
      losses.omit(onlyLookedUp(ability.target), hostText(host));
      return [];
    }
    noteProtocol(entry, ability, losses);
    return fitPorts(host, entry.ports, ability, losses).map((ports) => ({ ...entry, host, ports }));
  });
}

function fitHost(host: EgressHost, ability: Ability, losses: Losses): FitHost | null {
  const { target } = ability;
  const text = hostText(host);
  const omit = (what: string): null => {
    losses.omit(what, text);
    return null;
  };
  switch (host.kind) {
    case 'none':
    case 'all':
      return omit(unlistable(host));
    case 'range':
      return ability.addresses === 'ranges' ? host : omit(`${target} goes by names, and this is an address`);
    case 'name':
    case 'below':
      if (!host.name.split('.').every((label) => ability.label.test(label)))
        return omit(`${target} does not take such a name`);
      if (host.kind === 'name') {
        if (ability.exact === 'with-below') losses.widen(`${target} allows all names below it, too`, text);
        return host;
      }
      switch (ability.below) {
        case 'no':
          return omit(`${target} has no wildcards`);
        case 'one-level':
          losses.omit(`${target} takes a wildcard for one label: names two and more levels below`, text);
          return host;
        case 'with-apex':
          losses.widen(`${target} allows the name above the wildcard, too`, text);
          return host;
        case 'any-depth':
          return host;
      }
  }
}

function noteProtocol({ host, protocol, ports }: EgressEntry, ability: Ability, losses: Losses): void {
  const { target } = ability;
  if (ability.ports === 'no') {
    const isOpen = ports !== null && isAnyPort(ports) && protocol === null;
    if (!isOpen) losses.widen(`${target} does not look at port and protocol`, hostText(host));
  } else if (protocol !== null && !ability.protocols.includes(protocol)) {
    losses.widen(anyProtocol(target), hostText(host));
  }
}

function fitPorts(host: FitHost, ports: PortRange, ability: Ability, losses: Losses): PortRange[] {
  switch (ability.ports) {
    case 'no':
      return [ANY_PORT];
    case 'ranges':
      return [ports];
    case 'some': {
      const from = Math.max(ports.from, 1);
      const count = ports.to - from + 1;
      if (count <= WRITTEN_OUT)
        return Array.from({ length: Math.max(count, 0) }, (_, index) => ({
          from: from + index,
          to: from + index,
        }));
      losses.omit(
        `${ability.target} takes one port at a time, and this is a range of ${count}`,
        hostText(host),
      );
      return [];
    }
  }
}

/** The hosts of entries, each once, in their order. */
export function hostsOf(entries: readonly FitEntry[]): FitHost[] {
  return [...new Map(entries.map(({ host }) => [hostText(host), host])).values()];
}
