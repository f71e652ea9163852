import { compareBy } from '../../model/compare.js';
import { type Finding, RULES, type RuleId, SEVERITIES } from '../../model/finding.js';
import { alertRule } from './alert-rule.js';
import { allowedHostNewPackage } from './allowed-host-new-package.js';
import { beacon } from './beacon.js';
import { blocked } from './blocked.js';
import { budgetExceeded } from './budget-exceeded.js';
import { captureIncomplete } from './capture-incomplete.js';
import type { DetectionInput } from './context.js';
import { dga } from './dga.js';
import { directAddress } from './direct-address.js';
import { dnsOverHttps } from './dns-over-https.js';
import { dnsOverTls } from './dns-over-tls.js';
import { dnsTunnel } from './dns-tunnel.js';
import { encryptedHello } from './encrypted-hello.js';
import { firstEgressOfPackage } from './first-egress-of-package.js';
import { fold } from './fold.js';
import { forgedFrame } from './forged-frame.js';
import { hookLost } from './hook-lost.js';
import { identityContradiction } from './identity-contradiction.js';
import { lookalike } from './lookalike.js';
import { metadataAddress } from './metadata-address.js';
import { newDestination } from './new-destination.js';
import { newPackageForDestination } from './new-package-for-destination.js';
import { ownResolver } from './own-resolver.js';
import { privateAddress } from './private-address.js';
import { protocolPortMismatch } from './protocol-port-mismatch.js';
import { riskyTld } from './risky-tld.js';
import { createScene, type Scene } from './scene.js';
import { severityOf } from './severities.js';
import type { Sighting } from './sighting.js';
import { sniMismatch } from './sni-mismatch.js';
import { staleEntry } from './stale-entry.js';
import { threatList } from './threat-list.js';
import { volumeSpike } from './volume-spike.js';

/** Looks at a whole run for one thing. Pure. */
export type Detector = (scene: Scene) => readonly Sighting[];

export const DETECTORS: Readonly<Record<RuleId, Detector>> = {
  'threat-list': threatList,
  'metadata-address': metadataAddress,
  'dns-tunnel': dnsTunnel,
  dga,
  'own-resolver': ownResolver,
  'protocol-port-mismatch': protocolPortMismatch,
  lookalike,
  'private-address': privateAddress,
  'sni-mismatch': sniMismatch,
  'dns-over-tls': dnsOverTls,
  'dns-over-https': dnsOverHttps,
  'encrypted-hello': encryptedHello,
  'budget-exceeded': budgetExceeded,
  'volume-spike': volumeSpike,
  beacon,
  'risky-tld': riskyTld,
  blocked,
  'alert-rule': alertRule,
  'new-destination': newDestination,
  'new-package-for-destination': newPackageForDestination,
  'allowed-host-new-package': allowedHostNewPackage,
  'direct-address': directAddress,
  'first-egress-of-package': firstEgressOfPackage,
  'identity-contradiction': identityContradiction,
  'capture-incomplete': captureIncomplete,
  'hook-lost': hookLost,
  'forged-frame': forgedFrame,
  'stale-entry': staleEntry,
};

/** All that the rules say of a run, one finding a cause. Sorted: gravest first. */
export function detect(input: DetectionInput): Finding[] {
  const scene = createScene(input);
  const sightings = RULES.flatMap((rule) => DETECTORS[rule](scene));
  const findings = fold(sightings, ({ rule, grade }) =>
    severityOf(rule, grade, input.lock !== null, input.severities),
  );
  return findings.sort(
    compareBy(
      (finding) => -SEVERITIES.indexOf(finding.severity),
      (finding) => RULES.indexOf(finding.rule),
      (finding) => finding.destination,
      (finding) => finding.package,
      (finding) => finding.message,
    ),
  );
}
