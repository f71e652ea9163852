import type { Severity } from '../../model/finding.js';
import { checkRun } from '../../policy/check.js';
import { atOrAbove } from '../../policy/severity.js';
import { findingsText } from '../../report/findings.js';
import { jsonText } from '../../report/json-text.js';
import { detectionContext, failLevel } from '../detection.js';
import { exitCodeOf } from '../exit-codes.js';
import { withStore } from '../open-store.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';
import { type PolicyFlags, readPolicy } from '../read-policy.js';
import { appearanceOf } from '../terminal.js';
import { UsageError } from '../usage-error.js';

export interface CheckFlags extends CommonOptions, PolicyFlags {
  readonly failOn?: Severity;
  readonly json: boolean;
}

/** `egresslock check`: the latest run of each phase against the lock; returns the exit code. */
export async function check(flags: CheckFlags): Promise<number> {
  const { project } = locate(flags);
  const lock = readLock(lockPath(project, flags.lock), true);
  const policy = await readPolicy(project, lock, flags);
  const context = detectionContext(policy);
  return withStore(flags, (store) => {
    const records = store.latestByPhase(project);
    if (records.length === 0)
      throw new UsageError(
        `expected runs of ${project}, found none; egresslock run -- COMMAND makes the first`,
      );
    const results = records.map((record) => {
      const history = store.history(project, record.run.id);
      return { record, findings: checkRun(record, lock, { ...context, history }) };
    });
    if (flags.json) {
      const runs = results.map(({ record, findings }) => ({
        id: record.run.id,
        phase: record.run.phase,
        verdict: record.capture.verdict,
        findings,
      }));
      process.stdout.write(jsonText({ schemaVersion: 1, runs }));
    } else {
      const appearance = appearanceOf(process.stdout, process.env);
      for (const { record, findings } of results) {
        process.stdout.write(
          `${record.run.phase}: run ${record.run.id}, capture ${record.capture.verdict}\n`,
        );
        process.stdout.write(findingsText(findings, appearance));
      }
    }
    const codes = results.map(({ record, findings }) =>
      exitCodeOf({
        command: 0,
        verdict: record.capture.verdict,
        alerts: atOrAbove(findings, failLevel(flags.failOn, policy)).length,
      }),
    );
    return Math.max(0, ...codes);
  });
}
