import type { Actor } from '../model/actor.js';
import type { Attribution } from '../model/attribution.js';
import { compareBy } from '../model/compare.js';
import type { Destination } from '../model/destination.js';
import { type Finding, RULES, SEVERITIES, type Severity } from '../model/finding.js';
import type { Lock, LockRow } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import { canonicalHost, isAddress } from './canonical-host.js';
import { destinationLabel, packageLabel, whoLabel } from './labels.js';
import { rowKey, rowOf, rowsOf } from './lock-rows.js';
import { createMatcher, type Matcher } from './matcher.js';

/**
 * Holds a run against the lock; without one there is nothing to be new against, and only what is wrong in itself is
 * found, at a lower severity. Sorted: gravest first.
 */
export function checkRun(record: RunRecord, lock: Lock | null): Finding[] {
  const matcher = lock === null ? null : createMatcher(lock);
  const actors = new Map(record.actors.map((actor) => [actor.id, actor]));
  const own = new Set(
    record.events.flatMap((event) => (event.kind === 'dns' && event.ownResolver ? [event.server] : [])),
  );
  const found = [
    ...captureFindings(record),
    ...hookFindings(record, actors),
    ...contradictionFindings(record, actors),
    ...record.destinations.flatMap((destination) =>
      destinationFindings(record, destination, matcher, actors, own),
    ),
    ...(lock === null ? [] : staleFindings(record, lock)),
  ];
  const unique = new Map(
    found.map((finding) => [[finding.rule, finding.destination, finding.package].join('\0'), finding]),
  );
  return [...unique.values()].sort(
    compareBy(
      (finding) => -SEVERITIES.indexOf(finding.severity),
      (finding) => RULES.indexOf(finding.rule),
      (finding) => finding.destination,
      (finding) => finding.package,
    ),
  );
}

function captureFindings({ capture }: RunRecord): Finding[] {
  if (capture.verdict === 'complete') return [];
  const message = `the capture is ${capture.verdict}: ${capture.reasons.map((reason) => reason.message).join('; ')}`;
  const help = 'run it again; where it stays so, egresslock doctor says what is lacking';
  return [{ rule: 'capture-incomplete', severity: 'high', destination: null, package: null, message, help }];
}

/** What a reader must know before believing, or missing, a name that a stack gave. */
function hookFindings({ capture }: RunRecord, actors: ReadonlyMap<number, Actor>): Finding[] {
  const { hook } = capture;
  if (hook === null) return [];
  const lineOf = (id: number): string => actors.get(id)?.argv.join(' ').slice(0, 80) ?? 'an unknown process';
  const silent = hook.silent.map((id): Finding => {
    const message = `the node process \`${lineOf(id)}\` reached out and never spoke through the hook, so no package inside of it is known`;
    const help =
      'look at who starts it: the hook is lost where descriptors are closed or node runs without NODE_OPTIONS';
    return { rule: 'hook-lost', severity: 'medium', destination: null, package: lineOf(id), message, help };
  });
  const gaps = [
    ...(hook.isCut ? ['its channel was shut in mid-run'] : []),
    ...(hook.lost > 0 ? [`${hook.lost} records were lost`] : []),
    ...(hook.malformed > 0 ? [`${hook.malformed} records were none of the hook's`] : []),
    ...(hook.unmatched > 0 ? [`${hook.unmatched} claimed connections were never made`] : []),
  ];
  const isHostile = hook.isCut || hook.malformed > 0 || hook.unmatched > 0;
  const lost: Finding = {
    rule: 'hook-lost',
    severity: isHostile ? 'high' : 'low',
    destination: null,
    package: null,
    message: `what the hook said is not whole: ${gaps.join(', ')}`,
    help: 'some packages may be missing from the report; connections and queries are not',
  };
  const forged = hook.forged.map(({ actorId, path }): Finding => {
    const message = `code in \`${lineOf(actorId)}\` gave itself the name of \`${path}\`, a dependency's file that says something else`;
    const help = 'its frames are not believed; look at who evaluates code under that name';
    return { rule: 'forged-frame', severity: 'high', destination: null, package: path, message, help };
  });
  return [...silent, ...(gaps.length === 0 ? [] : [lost]), ...forged];
}

function contradictionFindings(record: RunRecord, actors: ReadonlyMap<number, Actor>): Finding[] {
  return [...record.attributions.values()].flatMap((attribution) => {
    const actor = attribution.actorId === null ? undefined : actors.get(attribution.actorId);
    const [first] = attribution.contradictions;
    if (first === undefined) return [];
    const who = whoLabel(attribution, actor);
    const message = `a process of ${who} called itself ${first.field} ${first.claimed}, but its folder holds ${first.witnessed}`;
    const help = 'look at the script: an install script has no reason to speak under another name';
    return [
      {
        rule: 'identity-contradiction' as const,
        severity: 'high' as const,
        destination: null,
        package: packageLabel(attribution),
        message,
        help,
      },
    ];
  });
}

function destinationFindings(
  record: RunRecord,
  destination: Destination,
  matcher: Matcher | null,
  actors: ReadonlyMap<number, Actor>,
  ownResolvers: ReadonlySet<string>,
): Finding[] {
  const severity: Severity = matcher === null ? 'medium' : 'high';
  return destination.attributions.flatMap((attribution): Finding[] => {
    const actor = attribution.actorId === null ? undefined : actors.get(attribution.actorId);
    const row = rowOf(record.run.phase, destination, attribution, actors);
    if (matcher?.has(row) === true) return [];
    const label = destinationLabel(destination);
    const finding = (rule: Finding['rule'], message: string, help: string): Finding[] => [
      {
        rule,
        severity,
        destination: label,
        package: packageLabel(attribution) ?? row.package,
        message,
        help,
      },
    ];
    const who = by(attribution, actor);
    const accept = 'if it is meant, egresslock accept adds it to the lock';
    if (destination.protocol === 'dns' && destination.port !== null && ownResolvers.has(destination.host)) {
      return finding(
        'own-resolver',
        `own resolver \`${label}\`${who}`,
        `names asked there pass by the host's resolver; ${accept}`,
      );
    }
    if (isAddress(destination.host)) {
      return finding(
        'direct-address',
        `address without a name \`${label}\`${who}`,
        `no allowlist by name can hold it; ${accept}`,
      );
    }
    if (matcher === null) return [];
    const others = matcher.packagesFor(row);
    if (others.length === 0) return finding('new-destination', `new destination \`${label}\`${who}`, accept);
    const known = others.slice(0, 3).join(', ');
    return finding(
      'new-package-for-destination',
      `known destination \`${label}\` (${known}) now${who}`,
      accept,
    );
  });
}

/** " by `left@1.2.4` (postinstall), through `app > right > left`" */
function by(attribution: Attribution, actor: Actor | undefined): string {
  const lifecycle = attribution.lifecycle === null ? '' : ` (${attribution.lifecycle})`;
  const chain = attribution.why[0];
  const through = chain === undefined || chain.length < 2 ? '' : `, through \`${chain.join(' > ')}\``;
  return ` by \`${whoLabel(attribution, actor)}\`${lifecycle}${through}`;
}

/** Rows of this phase that a whole, successful run did not need. */
function staleFindings(record: RunRecord, lock: Lock): Finding[] {
  if (record.capture.verdict !== 'complete' || record.run.exitCode !== 0) return [];
  const seen = new Set(rowsOf(record).map(rowKey));
  return lock.rows
    .filter(
      (row) => row.phase === record.run.phase && !seen.has(rowKey({ ...row, host: canonicalHost(row.host) })),
    )
    .map((row: LockRow) => {
      const label = destinationLabel(row);
      const message = `\`${label}\` of \`${row.package}\` is in the lock and was not seen`;
      return {
        rule: 'stale-entry',
        severity: 'info',
        destination: label,
        package: row.package,
        message,
        help: 'egresslock accept takes it out',
      };
    });
}
