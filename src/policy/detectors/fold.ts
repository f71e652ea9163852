import { compareBy } from '../../model/compare.js';
import { type Finding, RULES, type RuleId, SEVERITIES, type Severity } from '../../model/finding.js';
import { ACCEPT } from './phrases.js';
import type { Sighting } from './sighting.js';

/*
 * One cause is one finding. Two sightings have one cause where one of them explains all visits (destination and
 * package) of the other, and
 * - both explain the same visits: the graver one is the finding, among equals the earlier in `RULES`; or
 * - the wider one is a pattern of names (a tunnel, generated names): it is the cause of whatever each name has raised,
 *   but not of what was spoken there; or
 * - the narrower one is routine: it says only that something is new or was refused, which the wider one says as well.
 * So an address with LDAP on 1389 is a `protocol-port-mismatch` with `direct-address` as its `also`; a tunnel of 200
 * names is one finding; a package that speaks to three new places for the first time is one finding, and one more where
 * one of the three is, say, a look-alike. The finding's severity is the highest of its rules, and its message names them.
 */

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

/** Reasons of refusals that one finding names. */
const SHOWN = 3;

interface Head {
  readonly sighting: Sighting;
  readonly covers: ReadonlySet<string>;
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
  const heads: Head[] = [];
  const byVisit = new Map<string, Head[]>();
  for (const { sighting, severity } of sorted(sightings, severityOf)) {
    const [first] = sighting.covers;
    const head = (first === undefined ? [] : (byVisit.get(first) ?? [])).find((one) =>
      takesIn(one, sighting),
    );
    if (head !== undefined) {
      if (sighting.rule !== head.sighting.rule) head.also.add(sighting.rule);
      if (sighting.refusal !== undefined) head.refusals.set(sighting.refusal.reason, sighting.refusal.help);
      head.severity = higher(head.severity, severity);
      continue;
    }
    const own: Head = {
      sighting,
      covers: new Set(sighting.covers),
      also: new Set(),
      refusals: new Map(),
      severity,
    };
    heads.push(own);
    for (const key of own.covers) {
      const list = byVisit.get(key) ?? [];
      list.push(own);
      byVisit.set(key, list);
    }
  }
  return heads.map(toFinding);
}

/** Those that may take in others come before them. */
function sorted(
  sightings: readonly Sighting[],
  severityOf: (sighting: Sighting) => Severity,
): { readonly sighting: Sighting; readonly severity: Severity }[] {
  return sightings
    .map((sighting) => ({ sighting, severity: severityOf(sighting) }))
    .sort(
      compareBy(
        ({ sighting }) => (PATTERNS.has(sighting.rule) ? 0 : 1),
        ({ severity }) => -SEVERITIES.indexOf(severity),
        ({ sighting }) => -sighting.covers.length,
        ({ sighting }) => RULES.indexOf(sighting.rule),
        ({ sighting }) => sighting.destination,
        ({ sighting }) => sighting.package,
      ),
    );
}

function takesIn(head: Head, { rule, covers }: Sighting): boolean {
  if (!covers.every((key) => head.covers.has(key))) return false;
  if (PATTERNS.has(head.sighting.rule)) return !SPOKEN.has(rule);
  return covers.length === head.covers.size || ROUTINE.has(rule);
}

function toFinding({ sighting, severity, also, refusals }: Head): Finding {
  const { rule, destination, package: who, message, help } = sighting;
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

function higher(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}
