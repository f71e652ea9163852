import { readFileSync } from 'node:fs';
import type { RunRecord } from '../../model/record.js';
import { checkRun } from '../../policy/check.js';
import { changeLines } from '../../report/html/change-lines.js';
import { htmlReport, type PageAssets } from '../../report/html/page.js';
import { detectionContext } from '../../run/detection.js';
import { readProfileTexts } from '../../run/profile-texts.js';
import { reconclude } from '../../run/reconclude.js';
import type { Store } from '../../store/store.js';
import { failLevel } from '../fail-level.js';
import { withStore } from '../open-store.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';
import { readPolicy } from '../read-policy.js';
import { reviewFor } from '../review-for.js';
import { UsageError } from '../usage-error.js';
import { writeFile } from '../write.js';

/** Standard output, where a file is asked for. */
const STDOUT = '-';

export interface ReportFlags extends CommonOptions {
  readonly config?: string;
  readonly html: string;
  /** Revision to compare with. */
  readonly base?: string;
}

/** `egresslock report [RUN…] --html FILE`: one page about kept runs, held against the lock as it is now. */
export async function report(runs: readonly string[], flags: ReportFlags): Promise<number> {
  const { project } = locate(flags);
  const path = lockPath(project, flags.lock);
  const lock = readLock(path, flags.lock !== undefined);
  const policy = await readPolicy(project, lock, {
    threatList: [],
    ...(flags.config === undefined ? {} : { config: flags.config }),
  });
  const context = detectionContext(policy, readProfileTexts());
  const kept = withStore(flags, (store) =>
    recordsOf(store, project, runs).map((record) => ({
      record,
      history: store.history(record.run.project, record.run.id),
    })),
  );
  const records: RunRecord[] = [];
  for (const { record, history } of kept) {
    const whole = await reconclude(record);
    records.push({ ...whole, findings: checkRun(whole, lock, { ...context, history }) });
  }
  const reviewed = await reviewFor(new Set(), {
    project,
    lockPath: path,
    lock,
    results: records.map((record) => ({ record, findings: record.findings })),
    failOn: failLevel(undefined, policy),
    base: flags.base ?? null,
  });
  const diff = reviewed?.review.diff ?? null;
  const page = htmlReport(records, {
    assets: readAssets(),
    lockPresent: lock !== null,
    ...(diff === null ? {} : { changes: changeLines(diff) }),
  });
  if (flags.html === STDOUT) process.stdout.write(page);
  else writeFile(flags.html, page);
  return 0;
}

/** In the order in which they were named, each once; without names the latest of each phase. */
function recordsOf(store: Store, project: string, runs: readonly string[]): RunRecord[] {
  if (runs.length === 0) {
    const latest = store.latestByPhase(project);
    if (latest.length > 0) return latest;
    throw new UsageError(
      `expected runs of ${project}, found none; egresslock run -- COMMAND makes the first`,
    );
  }
  const records = runs.map((run) => {
    const record = store.record(run);
    if (record !== null) return record;
    throw new UsageError(`expected a run ${run}, found none; egresslock runs lists them`);
  });
  return [...new Map(records.map((record) => [record.run.id, record])).values()];
}

/** What the build has made of the page's own style and script. */
function readAssets(): PageAssets {
  const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  return { style: read('page.css'), script: read('page.js') };
}
