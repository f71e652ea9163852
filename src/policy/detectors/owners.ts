import { type RuleId, SEVERITIES, type Severity } from '../../model/finding.js';
import type { Sighting } from './sighting.js';

/*
 * A visit (destination and package) belongs to one sighting, the first of these that there is:
 * 1. A pattern of names (a tunnel, generated names), unless something was spoken there, which no name explains.
 * 2. The gravest about this visit alone, where one of those says more than that it is new or was refused, or is graver
 *    than the wider one that they lie in.
 * 3. A wider one with two visits or more left: a package that reaches out for the first time.
 * 4. The gravest.
 */

export interface Graded {
  readonly sighting: Sighting;
  readonly severity: Severity;
}

/** Rules whose sightings are patterns over many names. */
const PATTERNS: ReadonlySet<RuleId> = new Set(['dns-tunnel', 'dga']);

/** Rules about what was said on connections, which no pattern of names explains: LDAP stays LDAP beside a tunnel. */
const SPOKEN: ReadonlySet<RuleId> = new Set([
  'protocol-port-mismatch',
  'sni-mismatch',
  'encrypted-hello',
  'volume-spike',
  'beacon',
]);

const ROUTINE: ReadonlySet<RuleId> = new Set([
  'blocked',
  'direct-address',
  'allowed-host-new-package',
  'new-package-for-destination',
  'new-destination',
  'first-egress-of-package',
]);

/** Owner of each visit, by its key. Of equals the earlier one owns, so the gravest must come first. */
export function ownersOf(gravestFirst: readonly Graded[]): ReadonlyMap<string, Sighting> {
  const visits = byVisit(gravestFirst);
  const owners = new Map<string, Sighting>();
  for (const [key, seen] of visits) {
    const pattern = seen.find(({ sighting }) => isPattern(sighting));
    const isSpoken = seen.some(({ sighting }) => SPOKEN.has(sighting.rule));
    const alone = seen.find(({ sighting }) => isAlone(sighting));
    if (pattern !== undefined && !isSpoken) owners.set(key, pattern.sighting);
    else if (alone !== undefined && isTelling(seen)) owners.set(key, alone.sighting);
  }
  for (const { sighting } of gravestFirst) {
    if (isPattern(sighting)) continue;
    const left = sighting.covers.filter((key) => !owners.has(key));
    if (left.length > 1) for (const key of left) owners.set(key, sighting);
  }
  for (const [key, seen] of visits) {
    const gravest = seen.find(({ sighting }) => !isPattern(sighting));
    if (!owners.has(key) && gravest !== undefined) owners.set(key, gravest.sighting);
  }
  return owners;
}

function byVisit(gravestFirst: readonly Graded[]): ReadonlyMap<string, readonly Graded[]> {
  const visits = new Map<string, Graded[]>();
  for (const one of gravestFirst) {
    for (const key of one.sighting.covers) {
      const seen = visits.get(key);
      if (seen === undefined) visits.set(key, [one]);
      else seen.push(one);
    }
  }
  return visits;
}

export function isPattern({ rule }: Sighting): boolean {
  return PATTERNS.has(rule);
}

function isAlone(sighting: Sighting): boolean {
  return sighting.covers.length === 1 && !isPattern(sighting);
}

/** Whether those about a visit alone say more of it than a wider one, in an order that has the gravest first. */
function isTelling(seen: readonly Graded[]): boolean {
  const alone = seen.filter(({ sighting }) => isAlone(sighting));
  if (alone.some(({ sighting }) => !ROUTINE.has(sighting.rule))) return true;
  const wider = seen.find(({ sighting }) => !isAlone(sighting) && !isPattern(sighting));
  const [gravest] = alone;
  return gravest !== undefined && wider !== undefined && rankOf(gravest) > rankOf(wider);
}

function rankOf({ severity }: Graded): number {
  return SEVERITIES.indexOf(severity);
}
