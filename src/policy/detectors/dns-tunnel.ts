import { type Payload, payloadOf } from './dns-payload.js';
import { entropy } from './label-statistics.js';
import { type AskedName, groupBy, ownedDomain } from './names-by-domain.js';
import { bytesText, counted, listed } from './phrases.js';
import type { Scene, Visit, Who } from './scene.js';
import type { Grade } from './severities.js';
import type { Sighting } from './sighting.js';

/** Types whose answers carry the most, and which installs and tests hardly ask for in numbers. */
const ROOMY: ReadonlySet<string> = new Set(['TXT', 'NULL', 'KEY', 'ANY']);

/** Names and bytes from which nothing else explains them. */
const SURE = { names: 8, bytes: 100 } as const;
const LIKELY = { names: 3, bytes: 40 } as const;
/** Characters of one name that looks encoded: a hash has 64 at most, and honest hosts with 32 are known. */
const LONG_NAME = 60;
/** Names below one domain that were asked for and never connected to, however they look. */
const MANY_NAMES = 50;

interface Told {
  readonly name: AskedName;
  readonly payload: Payload;
}

/**
 * Data in names: many different ones below a domain that somebody owns, with labels that chance made rather than people,
 * or text in hexadecimal. A name that was connected to counts only where there are many: content networks use such names.
 */
export function dnsTunnel(scene: Scene): Sighting[] {
  return scene.askedNames().flatMap(({ who, names, visits }) => {
    const domains = groupBy(names, ({ name }) => ownedDomain(name) ?? '');
    const visited = groupBy(visits, ({ host }) => ownedDomain(host) ?? '');
    return [...domains].flatMap(([domain, list]) => {
      const below = list.filter(({ name }) => domain !== '' && name !== domain);
      return judge(who, domain, below, visited.get(domain) ?? []);
    });
  });
}

function judge(who: Who, domain: string, names: readonly AskedName[], visits: readonly Visit[]): Sighting[] {
  const told = names.map((name): Told => ({ name, payload: payloadOf(labelsBelow(name.name, domain)) }));
  const encoded = told.filter(({ payload }) => payload.characters > 0);
  const unreached = encoded.filter(({ name }) => !name.isReached);
  const silent = names.filter((name) => !name.isReached).length;
  const grade = gradeOf(encoded, unreached, silent);
  if (grade === null) return [];
  const shown = encoded.length > 0 ? encoded : told;
  const bytes = encoded.reduce((sum, { payload }) => sum + payload.bytes, 0);
  const size = bytes === 0 ? '' : `, about ${bytesText(bytes)}`;
  return [
    {
      rule: 'dns-tunnel',
      grade,
      destination: `*.${domain}`,
      package: who.label,
      message: `${counted(shown.length, 'name')} below \`${domain}\`${who.by} may carry data${size}${figures(shown, domain)}${ends(shown)}, confidence ${grade}`,
      help: `look at what ${listed(shown.slice(0, 1).map(({ name }) => name.name))} says when decoded; if the names are honest, egresslock accept adds them to the lock`,
      covers: visits.map((visit) => visit.key),
    },
  ];
}

function gradeOf(encoded: readonly Told[], unreached: readonly Told[], silent: number): Grade | null {
  const bytes = (list: readonly Told[]): number => list.reduce((sum, { payload }) => sum + payload.bytes, 0);
  const roomy = unreached.filter(({ name }) => name.queries.some((query) => ROOMY.has(query.type)));
  if (encoded.length >= SURE.names && bytes(encoded) >= SURE.bytes) return 'high';
  if (roomy.length >= LIKELY.names) return 'high';
  const isLikely = unreached.length >= LIKELY.names && bytes(unreached) >= LIKELY.bytes;
  const isLong = unreached.some(({ payload }) => payload.characters >= LONG_NAME);
  if (isLikely || isLong || unreached.some(({ payload }) => payload.isText) || silent >= MANY_NAMES)
    return 'medium';
  return unreached.length >= 2 || roomy.length > 0 ? 'low' : null;
}

/** ", 32 characters a name at 3.7 bits each" */
function figures(told: readonly Told[], domain: string): string {
  const labels = told.map(({ name }) => labelsBelow(name.name, domain).join(''));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const length = mean(labels.map((label) => label.length)).toFixed(0);
  return `, ${length} characters a name at ${mean(labels.map(entropy)).toFixed(1)} bits each`;
}

/** ", 12 of them asked for TXT or the like, none of which got out" */
function ends(told: readonly Told[]): string {
  const roomy = told.filter(({ name }) => name.queries.some((query) => ROOMY.has(query.type))).length;
  const isRefused = told.every(({ name }) => name.queries.every((query) => query.verdict !== 'allowed'));
  const types = roomy === 0 ? '' : `, ${roomy} of them asked for TXT or the like`;
  return `${types}${isRefused ? ', none of which got out' : ''}`;
}

function labelsBelow(name: string, domain: string): string[] {
  return name.slice(0, -domain.length - 1).split('.');
}
