import type { EgressDiff } from '../../model/diff.js';
import type { Finding, Severity } from '../../model/finding.js';
import type { RunRecord } from '../../model/record.js';
import type { ReviewedRun } from '../../model/review.js';
import { checkRun } from '../../policy/check.js';
import { atOrAbove } from '../../policy/severity.js';
import { findingsText } from '../../report/findings.js';
import { jsonText } from '../../report/json-text.js';
import { diffText } from '../../report/review/diff-text.js';
import { detectionContext } from '../../run/detection.js';
import { readProfileTexts } from '../../run/profile-texts.js';
import { exitCodeOf } from '../exit-codes.js';
import { failLevel } from '../fail-level.js';
import { withStore } from '../open-store.js';
import { formatsAsked, type OutputFlags, prepareOutputs, writeOutputs } from '../outputs.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';
import { type PolicyFlags, readPolicy } from '../read-policy.js';
import { reviewFor } from '../review-for.js';
import { type Appearance, appearanceOf } from '../terminal.js';
import { UsageError } from '../usage-error.js';

export interface CheckFlags extends CommonOptions, PolicyFlags, OutputFlags {
  readonly failOn?: Severity;
  /** Revision to compare with. */
  readonly base?: string;
}

interface Result {
  readonly record: RunRecord;
  readonly findings: readonly Finding[];
}

/** `egresslock check`: the latest run of each phase against the lock; returns the exit code. */
export async function check(flags: CheckFlags): Promise<number> {
  prepareOutputs(flags);
  const { project } = locate(flags);
  const path = lockPath(project, flags.lock);
  const lock = readLock(path, true);
  const policy = await readPolicy(project, lock, flags);
  const failOn = failLevel(flags.failOn, policy);
  const context = detectionContext(policy, readProfileTexts());
  const results = withStore(flags, (store): Result[] => {
    const records = store.latestByPhase(project);
    if (records.length === 0)
      throw new UsageError(
        `expected runs of ${project}, found none; egresslock run -- COMMAND makes the first`,
      );
    return records.map((record) => {
      const history = store.history(project, record.run.id);
      return { record, findings: checkRun(record, lock, { ...context, history }) };
    });
  });
  const base = flags.base ?? null;
  const reviewed = await reviewFor(formatsAsked(flags), {
    project,
    lockPath: path,
    lock,
    results,
    failOn,
    base,
  });
  const told = reviewed?.review.runs.map(toldOf) ?? results;
  const diff = reviewed?.review.diff ?? null;
  writeOutputs(flags, {
    ...reviewed?.texts,
    json: () => checkJson(told, diff),
    terminal: () => checkText(told, diff, appearanceOf(process.stdout, process.env)),
  });
  const codes = results.map(({ record, findings }) =>
    exitCodeOf({
      command: 0,
      verdict: record.capture.verdict,
      alerts: atOrAbove(findings, failOn).length,
    }),
  );
  return Math.max(0, ...codes);
}

function toldOf({ record, findings }: ReviewedRun): Result {
  return { record, findings: findings.map(({ finding }) => finding) };
}

function checkJson(results: readonly Result[], diff: EgressDiff | null): string {
  const runs = results.map(({ record, findings }) => ({
    id: record.run.id,
    phase: record.run.phase,
    verdict: record.capture.verdict,
    findings,
  }));
  return jsonText({ schemaVersion: 1, runs, ...(diff === null ? {} : { diff }) });
}

function checkText(results: readonly Result[], diff: EgressDiff | null, appearance: Appearance): string {
  const runs = results.map(
    ({ record: { run, capture }, findings }) =>
      `${run.phase}: run ${run.id}, capture ${capture.verdict}\n${findingsText(findings, appearance)}`,
  );
  return `${runs.join('')}${diff === null ? '' : `\n${diffText(diff, appearance)}`}`;
}
