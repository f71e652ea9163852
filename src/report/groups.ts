import type { Actor, ActorId } from '../model/actor.js';
import type { Attribution, Evidence } from '../model/attribution.js';
import { compareBy } from '../model/compare.js';
import type { Destination } from '../model/destination.js';
import type { Finding, RuleId } from '../model/finding.js';
import { lockPackage } from '../model/lock-package.js';
import type { RunRecord } from '../model/record.js';
import { whoText } from './labels.js';

export interface GroupRow {
  readonly destination: Destination;
  /** True where the lock has no row for it. */
  readonly isNew: boolean;
  /** True where other groups have this destination as well, so that its figures are not this group's alone. */
  readonly shared: boolean;
}

/** All that one package, package manager or process talked to. */
export interface Group {
  /** Harmless text. */
  readonly who: string;
  /** Sorted. */
  readonly lifecycles: readonly string[];
  /** Of the strongest attribution in the group. */
  readonly evidence: Evidence;
  readonly why: readonly (readonly string[])[];
  /** New ones first, then by host, port, transport, protocol. */
  readonly rows: readonly GroupRow[];
}

const RANKS = ['package', 'manager', 'process', 'unattributed'] as const;
type Rank = (typeof RANKS)[number];

/** Groups with something new first; packages before package managers, those before processes; then by name. */
export function groupByPackage(record: RunRecord, lockPresent: boolean): Group[] {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const groups = new Map<string, Attribution[]>();
  const members = new Map<string, Destination[]>();
  for (const destination of record.destinations) {
    for (const attribution of destination.attributions) {
      const key = groupKey(attribution, actors);
      listAt(groups, key).push(attribution);
      const rows = listAt(members, key);
      if (rows.at(-1) !== destination) rows.push(destination);
    }
  }
  const news = newRows(record, lockPresent, actors);
  const keysOf = (to: Destination) => new Set(to.attributions.map((one) => groupKey(one, actors)));
  return [...groups]
    .map(([key, attributions]) => ({
      rank: RANKS.indexOf(rankOf(attributions[0])),
      group: groupOf(
        attributions,
        (members.get(key) ?? []).map((destination) => ({
          destination,
          isNew: news.has(rowKey(key, destination)),
          shared: keysOf(destination).size > 1,
        })),
        actors,
      ),
    }))
    .sort(
      compareBy(
        ({ group }) => (group.rows.some((row) => row.isNew) ? 0 : 1),
        ({ rank }) => rank,
        ({ group }) => group.who,
      ),
    )
    .map(({ group }) => group);
}

function groupOf(
  attributions: readonly Attribution[],
  rows: readonly GroupRow[],
  actors: ReadonlyMap<ActorId, Actor>,
): Group {
  const strongest = attributions[0];
  const lifecycles = attributions.flatMap((one) => (one.lifecycle === null ? [] : [one.lifecycle]));
  return {
    who: strongest === undefined ? '' : whoText(strongest, actorOf(strongest, actors)),
    lifecycles: [...new Set(lifecycles)].sort(),
    evidence: strongest?.evidence ?? 'unattributed',
    why: strongest?.why ?? [],
    rows: [...rows].sort(
      compareBy(
        (row) => (row.isNew ? 0 : 1),
        ({ destination }) => destination.host,
        ({ destination }) => destination.port,
        ({ destination }) => destination.transport,
        ({ destination }) => destination.protocol,
      ),
    ),
  };
}

/**
 * The rows that findings call new, as row keys. A finding that fits none of the destination's packages marks all of
 * them: a mark too many is seen and questioned, a missing one is not.
 */
function newRows(record: RunRecord, lockPresent: boolean, actors: ReadonlyMap<ActorId, Actor>): Set<string> {
  const places = placesOf(record, actors);
  const marked = new Set<string>();
  for (const finding of record.findings) {
    if (!saysNew(finding, lockPresent)) continue;
    for (const to of places(finding)) {
      const named = to.attributions.filter((one) => findingPackage(one, actors) === finding.package);
      const all = finding.rule === 'new-destination' || (named.length === 0 && isOnePlace(finding));
      for (const one of all ? to.attributions : named) marked.add(rowKey(groupKey(one, actors), to));
    }
  }
  return marked;
}

/**
 * Rules that tell of several places of a package at once: of those that no other finding of the package names. What else
 * has no destination is about the package, wherever it went.
 */
const OF_SEVERAL: ReadonlySet<RuleId> = new Set(['dga', 'first-egress-of-package']);

/** The destinations that a finding is about: one place, all at and below a domain, or several of a package. */
export function placesOf(
  { destinations, findings }: Pick<RunRecord, 'destinations' | 'findings'>,
  actors: ReadonlyMap<ActorId, Actor>,
): (finding: Finding) => readonly Destination[] {
  const byLabel = new Map<string, Destination[]>();
  const byDomain = new Map(
    findings.map(({ destination }): [string, Destination[]] => [destination ?? '', []]),
  );
  const byWho = new Map(findings.map(({ package: who }): [string, Destination[]] => [who ?? '', []]));
  for (const to of destinations) {
    listAt(byLabel, bareLabel(findingLabel(to))).push(to);
    const { host } = to;
    byDomain.get(`*.${host}`)?.push(to);
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1))
      byDomain.get(`*${host.slice(dot)}`)?.push(to);
    for (const who of new Set(to.attributions.map((one) => findingPackage(one, actors))))
      byWho.get(who)?.push(to);
  }
  const named = (destination: string): readonly Destination[] =>
    (destination.startsWith('*.') ? byDomain.get(destination) : byLabel.get(bareLabel(destination))) ?? [];
  const apart = new Map<string, Set<Destination>>();
  for (const { destination, package: who } of findings) {
    if (destination === null || who === null) continue;
    const set = apart.get(who) ?? new Set();
    for (const to of named(destination)) set.add(to);
    apart.set(who, set);
  }
  return ({ rule, destination, package: who }) => {
    if (destination !== null) return named(destination);
    const all = (who === null ? undefined : byWho.get(who)) ?? [];
    const others = who === null || !OF_SEVERAL.has(rule) ? undefined : apart.get(who);
    return others === undefined ? all : all.filter((to) => !others.has(to));
  };
}

function isOnePlace({ destination }: Finding): boolean {
  return destination !== null && !destination.startsWith('*.');
}

/** Whether it says that something is new, by its own rule or by one that the same cause has raised. */
export function saysNew({ rule, also = [] }: Pick<Finding, 'rule' | 'also'>, lockPresent: boolean): boolean {
  return [rule, ...also].some((one) => isNovelty(one, lockPresent));
}

function isNovelty(rule: RuleId, lockPresent: boolean): boolean {
  switch (rule) {
    case 'new-destination':
    case 'new-package-for-destination':
      return true;
    // With a lock these take the place of `new-destination`; without one nothing is new.
    case 'allowed-host-new-package':
    case 'direct-address':
    case 'own-resolver':
      return lockPresent;
    default:
      return false;
  }
}

function findingLabel(to: Destination): string {
  return to.port === null ? to.host : `${to.host}:${to.port}/${to.protocol}`;
}

/** An IPv6 address stands in brackets in a finding. */
function bareLabel(label: string): string {
  return label.replace(/^\[([^\]]*)\]/, '$1');
}

/** As the policy names whoever a finding is about. */
function findingPackage(one: Attribution, actors: ReadonlyMap<ActorId, Actor>): string {
  const { package: identity } = one;
  if (identity === null) return lockPackage(one, actorOf(one, actors) ?? null);
  return identity.version === null ? identity.name : `${identity.name}@${identity.version}`;
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function rowKey(group: string, to: Destination): string {
  return [group, to.host, to.port, to.transport, to.protocol].join('\0');
}

/** Equal for what a reader takes for the same: one name and version may lie at several locations. */
function groupKey(one: Attribution, actors: ReadonlyMap<ActorId, Actor>): string {
  const rank = rankOf(one);
  switch (rank) {
    case 'package':
      return [rank, one.package?.name, one.package?.version].join('\0');
    case 'manager':
      return [rank, one.manager].join('\0');
    case 'process':
      return [rank, ...(actorOf(one, actors)?.argv ?? [])].join('\0');
    case 'unattributed':
      return rank;
  }
}

function rankOf(one: Attribution | undefined): Rank {
  if (one === undefined || one.evidence === 'unattributed') return 'unattributed';
  if (one.package !== null) return 'package';
  return one.manager === null ? 'process' : 'manager';
}

function actorOf(one: Attribution, actors: ReadonlyMap<ActorId, Actor>): Actor | undefined {
  return one.actorId === null ? undefined : actors.get(one.actorId);
}
