import { getDomain } from 'tldts';
import { compareBy } from '../model/compare.js';
import type { LockRow } from '../model/lock.js';
import type { Protocol } from '../model/transport.js';
import { canonicalHost, isAddress } from './canonical-host.js';

/** One place that must be allowed, and for whom. */
export interface ListEntry {
  readonly host: string;
  /** Null for a name that is only looked up. */
  readonly port: number | null;
  readonly protocol: Protocol;
  /** Sorted. */
  readonly packages: readonly string[];
}

/** A wildcard that could stand for several hosts; it is proposed, never put in their place. */
export interface WildcardProposal {
  readonly pattern: string;
  /** Sorted. */
  readonly hosts: readonly string[];
  readonly reason: string;
}

/** Siblings that it takes before a wildcard is proposed (design: minimal list). */
const SIBLINGS = 3;
/** A part of a label that looks like a number or a hash: digits, or eight and more hexadecimal digits. */
const VARYING = /[0-9a-f]{8,}|\d+/g;

/** Exactly the accepted rows, by place; sorted by host, port and protocol. */
export function minimalList(rows: readonly LockRow[], filter: { readonly phase?: string } = {}): ListEntry[] {
  const entries = new Map<
    string,
    { host: string; port: number | null; protocol: Protocol; packages: Set<string> }
  >();
  for (const row of rows) {
    if (filter.phase !== undefined && row.phase !== filter.phase) continue;
    const host = canonicalHost(row.host);
    const key = [host, row.port, row.protocol].join('\0');
    const entry = entries.get(key) ?? { host, port: row.port, protocol: row.protocol, packages: new Set() };
    entry.packages.add(row.package);
    entries.set(key, entry);
  }
  return [...entries.values()]
    .map(({ packages, ...entry }) => ({ ...entry, packages: [...packages].sort() }))
    .sort(
      compareBy(
        (entry) => entry.host,
        (entry) => entry.port,
        (entry) => entry.protocol,
      ),
    );
}

/** Wildcards for hosts that differ in a number or hash of their first label only; never at or above a public suffix. */
export function proposeWildcards(entries: readonly ListEntry[]): WildcardProposal[] {
  const families = new Map<string, Set<string>>();
  for (const { host } of entries) {
    const dot = host.indexOf('.');
    if (isAddress(host) || dot <= 0) continue;
    const label = host.slice(0, dot);
    const parent = host.slice(dot + 1);
    const shape = label.replaceAll(VARYING, '#');
    // The parent itself must lie below a public or private suffix, so that the wildcard can't cover strangers.
    if (shape === label || getDomain(parent, { allowPrivateDomains: true }) === null) continue;
    const family = `${shape}\0${parent}`;
    families.set(family, (families.get(family) ?? new Set()).add(host));
  }
  return [...families]
    .filter(([, hosts]) => hosts.size >= SIBLINGS)
    .map(([family, hosts]) => {
      const [shape = '', parent = ''] = family.split('\0');
      const reason = `${hosts.size} hosts whose first label is ${shape}, where # is a number or a hash`;
      return { pattern: `*.${parent}`, hosts: [...hosts].sort(), reason };
    })
    .sort(
      compareBy(
        (proposal) => proposal.pattern,
        (proposal) => proposal.reason,
      ),
    );
}
