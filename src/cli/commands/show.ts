import { existsSync } from 'node:fs';
import { jsonReport } from '../../report/json.js';
import { jsonText } from '../../report/json-text.js';
import { terminalReport } from '../../report/terminal.js';
import { reconclude } from '../../run/reconclude.js';
import { failLevel } from '../fail-level.js';
import { openOrExplain } from '../open-store.js';
import { formatsAsked, type OutputFlags, prepareOutputs, writeOutputs } from '../outputs.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';
import { reviewFor } from '../review-for.js';
import { appearanceOf } from '../terminal.js';
import { UsageError } from '../usage-error.js';

/** `egresslock show [RUN]`: the report of a kept run. */
export async function show(run: string, flags: CommonOptions & OutputFlags): Promise<number> {
  prepareOutputs(flags);
  const { project, database } = locate(flags);
  if (!existsSync(database)) throw new UsageError(`expected runs in ${database}, found no such file`);
  const store = openOrExplain(database);
  try {
    const kept = store.record(run);
    if (kept === null) throw new UsageError(`expected a run ${run}, found none; egresslock runs lists them`);
    const record = await reconclude(kept);
    const path = lockPath(project, flags.lock);
    const lock = readLock(path, flags.lock !== undefined);
    const results = [{ record, findings: record.findings }];
    const input = { project, lockPath: path, lock, results, failOn: failLevel(undefined, null), base: null };
    const reviewed = await reviewFor(formatsAsked(flags), input);
    writeOutputs(flags, {
      ...reviewed?.texts,
      json: () => jsonText(jsonReport(record)),
      terminal: () =>
        terminalReport(record, {
          ...appearanceOf(process.stdout, process.env),
          lockPresent: lock !== null,
        }),
    });
    return 0;
  } finally {
    store.close();
  }
}
