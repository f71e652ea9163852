import { compareBy } from '../../model/compare.js';
import { type Finding, RULES, type RuleId, SEVERITIES, type Severity } from '../../model/finding.js';
import { type Graded, isPattern, ownersOf } from './owners.js';
import { ACCEPT } from './phrases.js';
import type { Sighting } from './sighting.js';

/*
 * One cause is one finding, and each visit (destination and package) stands in one: that of the sighting that owns it (see
 * `ownersOf`). The finding names all other rules that saw any of its visits and is as grave as the gravest of them, so
 * that no rule is silent and no place looks better than it did. A sighting that owns nothing is told by the owners alone,
 * one that keeps some of its visits speaks of those.
 * So an address with LDAP on 1389 is a `protocol-port-mismatch` with `direct-address` as its `also`; a tunnel of 200
 * names is one finding; of a package that speaks to three new places for the first time, one of them a look-alike, that
 * one is a finding, and the other two are another.
 * Two causes may meet at one place, a spent budget and a threat list: that is one finding as well, since whoever looks at
 * the place has to weigh both, and would take two findings for two places.
 * A pattern of names stays even where something was spoken at all of them: each of those tells of a connection, and none
 * of the pattern.
 */

/** Reasons of refusals that one finding names. */
const SHOWN = 3;

interface Head {
  readonly sighting: Sighting;
  readonly kept: Set<string>;
  readonly also: Set<RuleId>;
  /** How to allow what was refused, by the reason of the refusal. */
  readonly refusals: Map<string, string>;
  severity: Severity;
}

/** Makes sightings of one cause one finding. In no particular order. */
export function fold(
  sightings: readonly Sighting[],
  severityOf: (sighting: Sighting) => Severity,
): Finding[] {
  const graded = gravestFirst(sightings, severityOf);
  const owners = ownersOf(graded);
  const heads = new Map<Sighting, Head>();
  for (const { sighting, severity } of graded) {
    if (!stands(sighting, owners)) continue;
    heads.set(sighting, { sighting, kept: new Set(), also: new Set(), refusals: new Map(), severity });
  }
  for (const one of graded) {
    for (const key of one.sighting.covers) {
      const owner = owners.get(key);
      const head = owner === undefined ? undefined : heads.get(owner);
      if (owner === one.sighting) head?.kept.add(key);
      else if (head !== undefined) takeIn(head, one);
    }
  }
  return [...heads.values()].map(toFinding);
}

function gravestFirst(
  sightings: readonly Sighting[],
  severityOf: (sighting: Sighting) => Severity,
): Graded[] {
  return sightings
    .map((sighting) => ({ sighting, severity: severityOf(sighting) }))
    .sort(
      compareBy(
        ({ severity }) => -SEVERITIES.indexOf(severity),
        ({ sighting }) => RULES.indexOf(sighting.rule),
        ({ sighting }) => -sighting.covers.length,
        ({ sighting }) => sighting.destination,
        ({ sighting }) => sighting.package,
        ({ sighting }) => sighting.message,
      ),
    );
}

function stands(sighting: Sighting, owners: ReadonlyMap<string, Sighting>): boolean {
  if (sighting.covers.length === 0) return true;
  const found = sighting.covers.map((key) => owners.get(key));
  if (found.includes(sighting)) return true;
  return isPattern(sighting) && found.some((owner) => owner !== undefined && !isPattern(owner));
}

function takeIn(head: Head, { sighting: { rule, refusal }, severity }: Graded): void {
  if (rule !== head.sighting.rule) head.also.add(rule);
  if (refusal !== undefined) head.refusals.set(refusal.reason, refusal.help);
  if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(head.severity)) head.severity = severity;
}

function toFinding({ sighting, kept, severity, also, refusals }: Head): Finding {
  const { rule, package: who, help, covers, narrowed } = sighting;
  const isWhole = kept.size === covers.length || narrowed === undefined;
  const { destination, message } = isWhole ? sighting : narrowed(kept);
  if (also.size === 0) return { rule, severity, destination, package: who, message, help };
  const rules = RULES.filter((one) => also.has(one));
  const reasons = [...refusals.keys()].slice(0, SHOWN).join('; ');
  const names = rules.map((one) => (one === 'blocked' ? `${one} (${reasons})` : one));
  return {
    rule,
    severity,
    destination,
    package: who,
    message: `${message}; also ${names.join(', ')}`,
    help: helpOf(help, new Set(refusals.values())),
    also: rules,
  };
}

/** What a lock accepts is refused all the same where a rule refuses it, so accepting is no help then. */
function helpOf(help: string, ofRefusals: ReadonlySet<string>): string {
  const meant = [...ofRefusals].filter((one) => one !== help).join('; ');
  if (meant === '') return help;
  return help.includes(ACCEPT) ? help.replace(ACCEPT, meant) : `${help}; ${meant}`;
}
