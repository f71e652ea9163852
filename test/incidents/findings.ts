import type { Finding } from '../../src/model/finding.js';
import type { Sign } from './incident.js';

/** One finding as a line: severity, rules, destination, package. */
export function findingLine({ severity, rule, also = [], destination, package: who }: Finding): string {
  // Of npm's own packages the version is that of whatever npm the tests have fetched.
  const name = who?.replace(/^(@npmcli\/.*)@.*/, '$1') ?? '–';
  return `${severity}: ${[rule, ...also].join(' + ')}: ${destination ?? 'several'}: ${name}`;
}

/** All of a run's, sorted. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(findingLine).sort();
}

/** What says a port that is neither that of HTTP nor that of HTTPS. */
const OTHER_PORT = /:(?!80\/|443\/)\d+\//;

const RAISED_BY: Readonly<Record<Sign, readonly Finding['rule'][]>> = {
  ND: ['new-destination', 'first-egress-of-package'],
  IP: ['direct-address'],
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
    return isSaid && (sign !== 'NP' || OTHER_PORT.test(destination ?? message));
  });
}
