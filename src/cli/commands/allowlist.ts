import { rowsOf } from '../../policy/lock-rows.js';
import { minimalList, proposeWildcards } from '../../policy/minimal-list.js';
import { jsonText } from '../../report/json-text.js';
import { listJson, listText } from '../../report/list.js';
import { plainText } from '../../report/plain-text.js';
import { withStore } from '../open-store.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';

/** `egresslock allowlist`: the smallest list, from the lock; where there is none, from the latest run of each phase. */
export function allowlist(
  flags: CommonOptions & { readonly phase?: string; readonly json: boolean },
): number {
  const { project } = locate(flags);
  const lock = readLock(lockPath(project, flags.lock), flags.lock !== undefined);
  const rows = lock?.rows ?? withStore(flags, (store) => store.latestByPhase(project).flatMap(rowsOf));
  if (lock === null)
    process.stderr.write(
      'egresslock: there is no lock yet; this is what the latest runs have done, accepted by nobody\n',
    );
  const entries = minimalList(rows, flags.phase === undefined ? {} : { phase: flags.phase });
  const proposals = proposeWildcards(entries);
  process.stdout.write(flags.json ? jsonText(listJson(entries, proposals)) : listText(entries));
  if (!flags.json) {
    for (const proposal of proposals) {
      process.stderr.write(
        `egresslock: ${plainText(proposal.pattern)} could stand for ${plainText(proposal.reason)}; it is not in the list\n`,
      );
    }
  }
  return 0;
}
