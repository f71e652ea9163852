import { isAddress } from '../canonical-host.js';
import { isPrivateName } from './address-kind.js';
import { POPULAR_HOSTS } from './lists/popular-hosts.js';
import { registrableParts } from './names-by-domain.js';
import { isOneEditAway, nearNames } from './near-names.js';
import { ACCEPT } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Grade } from './severities.js';
import type { Sighting } from './sighting.js';
import { skeleton } from './skeleton.js';
import { visitSighting } from './visit-sighting.js';

/** Characters of a label from which one letter of difference is no coincidence; shorter brands are neighbours by nature. */
const SHORTEST = 6;

/** The same for labels of ASCII alone that look the same: `io` and `lo`. */
const SHORTEST_TWIN = 4;

/** A likeness, and what it is a likeness of. */
interface Likeness {
  readonly grade: Grade;
  readonly to: string;
  readonly how: string;
}

type Judge = (host: string) => Likeness | null;

/**
 * A domain that can be mistaken for one that the lock has, or for a well-known one: by characters that look alike, by
 * one letter of difference, by another top-level domain with a bad record, or by carrying the whole name in front of
 * its own. Names at and below the known domain are the known domain's.
 */
export function lookalike(scene: Scene): Sighting[] {
  const visits = scene.visits.filter(
    ({ host, isAccepted }) => !isAccepted && !isAddress(host) && !isPrivateName(host),
  );
  if (visits.length === 0) return [];
  const judge = createJudge(scene);
  const judged = new Map([...new Set(visits.map(({ host }) => host))].map((host) => [host, judge(host)]));
  return visits.flatMap((visit) => {
    const found = judged.get(visit.host) ?? null;
    return found === null ? [] : [sighting(visit, found)];
  });
}

function sighting(visit: Visit, { grade, to, how }: Likeness): Sighting {
  return visitSighting(visit, 'lookalike', {
    grade,
    message: `\`${visit.label}\` can be mistaken for \`${to}\`: ${how},${visit.who.by}`,
    help: `look at who owns it and where the name was written; ${ACCEPT}`,
  });
}

function createJudge({ lock, popular = POPULAR_HOSTS, queries, places }: Scene): Judge {
  const hosts = [...popular, ...(lock?.rows ?? []).map((row) => row.host)].filter(
    (host) => !isAddress(host) && !isPrivateName(host),
  );
  const known = new Map<string, { label: string; suffix: string }>();
  for (const host of hosts) {
    const parts = registrableParts(host);
    if (parts !== null) known.set(parts.domain, parts);
  }
  const longest = [...known.keys()].reduce((most, domain) => Math.max(most, domain.split('.').length), 0);
  const byLabel = new Map<string, string>();
  const bySkeleton = new Map<string, string>();
  for (const [domain, { label }] of known) {
    if (!byLabel.has(label)) byLabel.set(label, domain);
    if (!bySkeleton.has(skeleton(label))) bySkeleton.set(skeleton(label), domain);
  }
  const near = nearNames([...byLabel.keys()].filter((label) => label.length >= SHORTEST));
  // A library that appends the search domain asks for whole names below it, and some networks answer all of them.
  const searched = new Set(
    queries
      .filter(({ name, meant }) => name !== meant)
      .map(({ name, meant }) => name.slice(meant.length + 1)),
  );
  return (host) => {
    const parts = registrableParts(host);
    if (parts === null || known.has(parts.domain)) return null;
    const { domain, label, suffix } = parts;
    const twin = bySkeleton.get(skeleton(label));
    const isTwin = label.startsWith('xn--') || label.length >= SHORTEST_TWIN;
    if (twin !== undefined && isTwin && !byLabel.has(label))
      return { grade: 'high', to: twin, how: 'its characters look the same' };
    const carried = carriedName(host, domain, known, longest);
    if (carried !== null && ![...searched].some((search) => host.endsWith(`.${search}`)))
      return { grade: 'high', to: carried, how: `it carries that name in front of \`${domain}\`` };
    const same = byLabel.get(label);
    if (same !== undefined) {
      const other = known.get(same)?.suffix ?? suffix;
      const isSwap = places.riskySuffixes.has(suffix) || isOneEditAway(other, suffix);
      return isSwap ? { grade: 'medium', to: same, how: `it ends in .${suffix} instead of .${other}` } : null;
    }
    const [neighbour] = near(label).filter((one) => !differsInDigitOnly(one, label));
    const to = neighbour === undefined ? undefined : byLabel.get(neighbour);
    return to === undefined ? null : { grade: 'medium', to, how: 'one letter differs' };
  };
}

/** A known domain, of at most so many labels, that stands whole in front of the host's own domain. */
function carriedName(
  host: string,
  domain: string,
  known: ReadonlyMap<string, unknown>,
  longest: number,
): string | null {
  const labels = host.slice(0, -domain.length - 1).split('.');
  for (let from = 0; from < labels.length; from += 1) {
    for (let to = from + 2; to <= Math.min(labels.length, from + longest); to += 1) {
      const name = labels.slice(from, to).join('.');
      if (known.has(name)) return name;
    }
  }
  return null;
}

/** Numbered siblings: `cdn1` and `cdn2`. */
function differsInDigitOnly(a: string, b: string): boolean {
  return a.replaceAll(/\d/g, '') === b.replaceAll(/\d/g, '');
}
