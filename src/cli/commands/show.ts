import { existsSync } from 'node:fs';
import { jsonReport } from '../../report/json.js';
import { jsonText } from '../../report/json-text.js';
import { terminalReport } from '../../report/terminal.js';
import { reconclude } from '../../run/conclude.js';
import { openOrExplain } from '../open-store.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';
import { appearanceOf } from '../terminal.js';
import { UsageError } from '../usage-error.js';

/** `egresslock show [RUN]`: the report of a kept run. */
export async function show(run: string, flags: CommonOptions & { readonly json: boolean }): Promise<number> {
  const { project, database } = locate(flags);
  if (!existsSync(database)) throw new UsageError(`expected runs in ${database}, found no such file`);
  const store = openOrExplain(database);
  try {
    const kept = store.record(run);
    if (kept === null) throw new UsageError(`expected a run ${run}, found none; egresslock runs lists them`);
    const record = await reconclude(kept);
    const lockPresent = readLock(lockPath(project, flags.lock), false) !== null;
    const text = flags.json
      ? jsonText(jsonReport(record))
      : terminalReport(record, { ...appearanceOf(process.stdout, process.env), lockPresent });
    process.stdout.write(text);
    return 0;
  } finally {
    store.close();
  }
}
