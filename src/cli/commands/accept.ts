import { acceptRun } from '../../policy/accept.js';
import { formatLock } from '../../policy/lock-file.js';
import { acceptanceText } from '../../report/acceptance.js';
import { withStore } from '../open-store.js';
import { type CommonOptions, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';
import { appearanceOf } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { writeFile } from '../write.js';

/** `egresslock accept [RUN]`: takes a run, or the latest of each phase, into the lock. */
export function accept(run: string | undefined, flags: CommonOptions & { readonly phase?: string }): number {
  return withStore(flags, (store, project) => {
    const path = lockPath(project, flags.lock);
    const before = readLock(path, false);
    const one = run === undefined ? null : store.record(run);
    if (run !== undefined && one === null)
      throw new UsageError(`expected a run ${run}, found none; egresslock runs lists them`);
    const records = (one === null ? store.latestByPhase(project) : [one]).filter(
      (record) => flags.phase === undefined || record.run.phase === flags.phase,
    );
    if (records.length === 0) {
      const which = flags.phase === undefined ? '' : ` in phase ${flags.phase}`;
      throw new UsageError(
        `expected runs of ${project}${which}, found none; egresslock runs lists what there is, egresslock run -- COMMAND makes the first`,
      );
    }
    let lock = before;
    for (const record of records) {
      const acceptance = acceptRun(lock, record);
      lock = acceptance.lock;
      process.stdout.write(acceptanceText(record, acceptance, appearanceOf(process.stdout, process.env)));
    }
    if (lock !== null) writeFile(path, formatLock(lock));
    process.stdout.write(`${path}\n`);
    return 0;
  });
}
