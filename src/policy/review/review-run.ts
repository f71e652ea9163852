import type { Origin } from '../../model/diff.js';
import { type Finding, SEVERITIES, type Severity } from '../../model/finding.js';
import { lockPackage } from '../../model/lock-package.js';
import type { RunRecord } from '../../model/record.js';
import type { ReviewedFinding, ReviewedRun } from '../../model/review.js';
import type { OriginReader, Subject } from '../diff/origin.js';
import { originPhrase } from '../diff/origin-phrase.js';
import { packageLabel } from '../labels.js';

/**
 * Ties what was found in a run to the change of dependencies that brought it.
 * @param isPullRequest Null where nothing was compared: messages stay as they are then
 */
export function reviewRun(
  record: RunRecord,
  findings: readonly Finding[],
  context: {
    readonly originOf: OriginReader;
    readonly isPullRequest: boolean | null;
    readonly failOn: Severity;
  },
): ReviewedRun {
  const { originOf, isPullRequest, failOn } = context;
  const subjects = subjectsOf(record);
  const reviewed = findings.map((finding): ReviewedFinding => {
    const { package: who } = finding;
    const isAlert = SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(failOn);
    if (who === null) return { finding, origin: null, isAlert };
    const subject = subjects.get(who) ?? { name: who, version: null, location: null, why: [] };
    const origin = originOf(subject, 'head');
    const isTold = isPullRequest !== null && TOLD.has(origin.kind) && finding.rule !== 'stale-entry';
    return { finding: isTold ? tell(finding, origin, isPullRequest) : finding, origin, isAlert };
  });
  return { record, findings: reviewed };
}

/** Kinds that say something which the finding does not say itself. */
const TOLD: ReadonlySet<Origin['kind']> = new Set([
  'new-package',
  'upgraded-package',
  'replaced-package',
  'old-package',
]);

function tell(finding: Finding, origin: Origin, isPullRequest: boolean): Finding {
  // Most messages have the chain already.
  const isThrough = finding.message.includes(', through `');
  const phrase = originPhrase(isThrough ? { ...origin, why: [] } : origin, 'head', isPullRequest);
  return { ...finding, message: `${finding.message}; ${phrase}` };
}

/** Whoever findings may name, by the label that they use. */
function subjectsOf(record: RunRecord): ReadonlyMap<string, Subject> {
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const subjects = new Map<string, Subject>();
  for (const attribution of record.destinations.flatMap((to) => to.attributions)) {
    const { package: identity, actorId, why } = attribution;
    const word = lockPackage(attribution, actorId === null ? null : (actors.get(actorId) ?? null));
    const label = packageLabel(attribution) ?? word;
    const { version = null, location = null } = identity ?? {};
    if (!subjects.has(label)) subjects.set(label, { name: word, version, location, why });
  }
  return subjects;
}
