import { domainToUnicode } from 'node:url';
import { getDomain, parse } from 'tldts';
import type { DnsEvent } from '../../model/event.js';
import { canonicalHost } from '../canonical-host.js';
import type { Scene, Visit, Who } from './scene.js';

/** A name that was asked for, with all its queries by one of those who asked. */
export interface AskedName {
  readonly name: string;
  readonly queries: readonly DnsEvent[];
  /** Whether they also connected to it. */
  readonly isReached: boolean;
}

/** All names that one package, manager or process has asked for, each once; those that the lock has for them left out. */
export interface AskedNames {
  readonly who: Who;
  readonly names: readonly AskedName[];
  /** All that they have visited. */
  readonly visits: readonly Visit[];
}

/**
 * The part of a name that somebody can own: one label below a public suffix, of companies' suffixes (object storage,
 * dynamic DNS) as well, since whoever has the label above can't answer for the names below the suffix. Null where there
 * is none.
 */
export function ownedDomain(name: string): string | null {
  return getDomain(name, { allowPrivateDomains: true, validateHostname: false });
}

/** The registrable domain's own label and the public suffix behind it; null where there is none. */
export function registrableParts(
  name: string,
): { readonly domain: string; readonly label: string; readonly suffix: string } | null {
  const parts = parse(name, { validateHostname: false });
  const { domain, domainWithoutSuffix: label, publicSuffix: suffix } = parts;
  if (domain === null || !label || suffix === null) return null;
  return { domain, label, suffix };
}

/** An IDNA A-label (RFC 5890 §2.3.2.1) as people read it; its own letters say nothing. Other labels, and invalid ones, as they are. */
export function readableLabel(label: string): string {
  return label.startsWith('xn--') ? domainToUnicode(label) || label : label;
}

/** Names by whoever asked; reverse look-ups (RFC 1035 §3.5, RFC 3596 §2.5) left out, whose names are addresses. */
export function groupAskedNames(scene: Pick<Scene, 'visits' | 'queries' | 'whoOf'>): AskedNames[] {
  const visits = groupBy(scene.visits, (visit) => visit.who.label);
  const asked = new Map<string, { who: Who; names: Map<string, DnsEvent[]> }>();
  for (const query of scene.queries) {
    if (query.meant.endsWith('.arpa')) continue;
    for (const who of scene.whoOf(query)) {
      const one = asked.get(who.label) ?? { who, names: new Map() };
      const queries = one.names.get(query.meant) ?? [];
      queries.push(query);
      one.names.set(query.meant, queries);
      asked.set(who.label, one);
    }
  }
  return [...asked.values()].map(({ who, names }) => {
    const own = visits.get(who.label) ?? [];
    const byHost = groupBy(own, (visit) => visit.host);
    const list = [...names].flatMap(([name, queries]): AskedName[] => {
      const here = byHost.get(canonicalHost(name)) ?? [];
      if (here.some((visit) => visit.isAccepted)) return [];
      return [{ name, queries, isReached: here.some((visit) => visit.destination.port !== null) }];
    });
    return { who, names: list, visits: own };
  });
}

/** Values by key, in order. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
