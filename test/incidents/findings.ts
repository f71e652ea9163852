import type { Finding } from '../../src/model/finding.js';
import type { Sign } from './incident.js';

/** Characters of a place in a line; labels with a tunnel's payload are longer. */
const LONGEST = 40;

/** One finding as a line: severity, rules, destination (several: as the message lists them), package. */
export function findingLine(finding: Finding): string {
  const { severity, rule, also = [], destination, package: who } = finding;
  // Of npm's own packages the version is that of whatever npm the tests have fetched.
  const name = who?.replace(/^npm@.*/, 'npm') ?? '–';
  const places = destination === null ? placesOf(finding).map(shortened) : [destination];
  return `${severity}: ${[rule, ...also].join(' + ')}: ${places.join(' ')}: ${name}`;
}

/** The places that a finding shows. */
function placesOf({ destination, message }: Finding): string[] {
  if (destination !== null) return [destination];
  const [list = ''] = message.split(' by `');
  return [...list.matchAll(/`([^`]+)`/g)].map(([, place = '']) => place);
}

function shortened(place: string): string {
  return place.length > LONGEST ? `${place.slice(0, LONGEST)}…` : place;
}

/**
 * Places of one package that stand in more than one finding, or twice in one. A name that was looked up below a tunnel's
 * domain stands in the tunnel's.
 */
export function placesTwice(findings: readonly Finding[]): string[] {
  const shown = findings.flatMap((finding) =>
    placesOf(finding).map((place) => ({ place, who: finding.package })),
  );
  const twice = shown.filter(({ place, who }, at) =>
    shown.some(
      (other, index) =>
        index !== at && other.who === who && (other.place === place || isBelow(place, other.place)),
    ),
  );
  return twice.map(({ place, who }) => `${place}: ${who}`);
}

function isBelow(name: string, domain: string): boolean {
  return domain.startsWith('*.') && name.endsWith(domain.slice(1));
}

/** All of a run's, sorted. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(findingLine).sort();
}

/** An IPv4 address as a place. */
const ADDRESS = /(^|`)\d+(\.\d+){3}:/;
/** What says a port that is neither that of HTTP nor that of HTTPS. */
const OTHER_PORT = /:(?!80\/|443\/)\d+\//;

const RAISED_BY: Readonly<Record<Sign, readonly Finding['rule'][]>> = {
  ND: ['new-destination', 'first-egress-of-package'],
  // A resolver of one's own is asked by its address, and told as that alone (see `Novelty`).
  IP: ['direct-address', 'own-resolver'],
  DT: ['dns-tunnel'],
  DGA: ['dga'],
  TLD: ['risky-tld'],
  MD: ['metadata-address'],
  AD: ['allowed-host-new-package', 'new-package-for-destination'],
  NP: ['new-destination', 'direct-address', 'protocol-port-mismatch'],
  PM: ['protocol-port-mismatch'],
  RS: ['own-resolver'],
};

/** Whether one of the findings says what a sign stands for. */
export function isRaised(sign: Sign, findings: readonly Finding[]): boolean {
  return findings.some(({ rule, also = [], destination, message }) => {
    const isSaid = RAISED_BY[sign].some((one) => one === rule || also.includes(one));
    const places = destination ?? message;
    return isSaid && (sign !== 'NP' || OTHER_PORT.test(places)) && (sign !== 'IP' || ADDRESS.test(places));
  });
}
