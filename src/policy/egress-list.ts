import { compareBy } from '../model/compare.js';
import {
  ANY_PORT,
  type EgressEntry,
  type EgressHost,
  type EgressList,
  hostText,
} from '../model/egress-list.js';
import type { LockRow } from '../model/lock.js';
import type { PolicyRule, PortRange } from '../model/policy.js';
import type { RunRecord } from '../model/record.js';
import type { Protocol } from '../model/transport.js';
import { bitsOf, formatAddress } from './address.js';
import { shadowed, withoutBlocked } from './blocked.js';
import { parseHost } from './host.js';
import { minimalList, proposeWildcards } from './minimal-list.js';
import { resolutionsOf } from './resolutions.js';
import { type HostPattern, parseHostPattern } from './rules/host-pattern.js';

/** What a list is made of. */
export interface ListSources {
  readonly rows: readonly LockRow[];
  /** All rules that hold beside the lock. What they block is not in the list, whatever else says it. */
  readonly rules: readonly PolicyRule[];
  /** The rules among them whose permissions are part of the list: the user's own, not those of profiles. */
  readonly isOwn: (rule: PolicyRule) => boolean;
  /** Kept runs that tell where names lead. */
  readonly records: readonly RunRecord[];
  /** Null for all phases. */
  readonly phase: string | null;
  /** Whether each wildcard that could be proposed stands in the place of its hosts. */
  readonly widen: boolean;
}

/** The accepted rows and the user's own permissions as one list, without what the policy blocks. */
export function egressList(sources: ListSources): EgressList {
  const { rules, phase } = sources;
  const rows = sources.rows.filter((row) => phase === null || row.phase === phase);
  const own = rules.filter(
    (rule) =>
      rule.action !== 'block' &&
      sources.isOwn(rule) &&
      (phase === null || rule.phases === null || rule.phases.includes(phase)),
  );
  const allowed = withoutBlocked(rows, own, rules);
  const listed = minimalList(allowed.rows).map(
    (entry): EgressEntry => ({
      host: lockHost(entry.host),
      ports: entry.port === null ? null : { from: entry.port, to: entry.port },
      protocol: entry.port === null ? null : entry.protocol,
      packages: entry.packages,
    }),
  );
  const entries = joinEntries([
    ...(sources.widen ? widened(listed) : listed),
    ...allowed.own.flatMap(entriesOf),
  ]);
  return {
    entries,
    resolutions: resolutionsOf(sources.records, phase),
    omitted: allowed.blocked,
    widened: shadowed(entries, rules),
  };
}

/** A lock's host is always meant as it stands: `*.x` that was looked up is no wildcard. */
function lockHost(host: string): EgressHost {
  return hostOf(parseHost(host) === null ? null : parseHostPattern(host), host);
}

function hostOf(pattern: HostPattern | null, text: string): EgressHost {
  // An address with a zone leads out of an interface of one machine (RFC 4007 §11).
  if (pattern === null || text.includes('%')) return { kind: 'none', text };
  if (pattern.kind !== 'range') return pattern;
  const { address, length } = pattern.prefix;
  return { kind: 'range', address: formatAddress(address), length, family: bitsOf(address) === 32 ? 4 : 6 };
}

function entriesOf(rule: PolicyRule): EgressEntry[] {
  const host = hostOf(parseHostPattern(rule.host), rule.host);
  const packages = [...(rule.packages ?? [])].sort();
  if (rule.ports?.length === 0) return [{ host, ports: null, protocol: null, packages }];
  const ports: readonly PortRange[] = rule.ports ?? [ANY_PORT];
  const protocols: readonly (Protocol | null)[] = rule.protocols ?? [null];
  return ports.flatMap((range) =>
    protocols.map((protocol) => ({ host, ports: { from: range.from, to: range.to }, protocol, packages })),
  );
}

/** Wildcards in the place of the hosts that they were proposed for. */
function widened(entries: readonly EgressEntry[]): EgressEntry[] {
  const places = entries.map((entry) => ({
    host: hostText(entry.host),
    port: null,
    protocol: 'none' as const,
    packages: [],
  }));
  const stands = new Map(
    proposeWildcards(places).flatMap(({ pattern, hosts }) => hosts.map((host) => [host, pattern.slice(2)])),
  );
  return entries.map((entry) => {
    const parent = entry.host.kind === 'name' ? stands.get(entry.host.name) : undefined;
    return parent === undefined ? entry : { ...entry, host: { kind: 'below', name: parent } };
  });
}

function joinEntries(entries: readonly EgressEntry[]): EgressEntry[] {
  const joined = new Map<string, EgressEntry>();
  for (const entry of entries) {
    const { host, ports, protocol } = entry;
    const key = [host.kind, hostText(host), ports?.from, ports?.to, protocol].join('\0');
    const packages = new Set([...(joined.get(key)?.packages ?? []), ...entry.packages]);
    joined.set(key, { ...entry, packages: [...packages].sort() });
  }
  return [...joined.values()].sort(
    compareBy(
      (entry) => hostText(entry.host),
      (entry) => entry.ports?.from ?? null,
      (entry) => entry.ports?.to ?? null,
      (entry) => entry.protocol,
    ),
  );
}
