import { existsSync } from 'node:fs';
import type { EgressDiff } from '../../model/diff.js';
import type { Review } from '../../model/review.js';
import { diffEgress } from '../../policy/diff/diff-egress.js';
import { diffJson } from '../../report/review/diff-json.js';
import { diffText } from '../../report/review/diff-text.js';
import { DIFF_FORMATS, textsOf } from '../../report/review/formats.js';
import { chainsIn } from '../../run/review/chains-in.js';
import { openRepository, type RepositoryReading } from '../../run/review/repository.js';
import { resolveSide } from '../../run/review/resolve-side.js';
import { belowProject } from '../../run/review/review-project.js';
import { openOrExplain } from '../open-store.js';
import { type OutputFlags, prepareOutputs, writeOutputs } from '../outputs.js';
import { ownVersion } from '../own-version.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { appearanceOf } from '../terminal.js';
import { asUsage } from '../usage-error.js';

export interface DiffFlags extends CommonOptions, OutputFlags {
  readonly exitCode: boolean;
}

/** As `git diff --exit-code` has it. */
const DIFFERENT = 1;

/** `egresslock diff BASE HEAD`: what is new, gone and changed; returns 0, or 1 with --exit-code where they differ. */
export function diff(base: string, head: string, flags: DiffFlags): number {
  prepareOutputs(flags);
  const { project } = locate(flags);
  const { repository, compared } = asUsage(() => {
    const found = openRepository(project);
    return { repository: found, compared: compare(base, head, flags, found) };
  });
  const prefix = repository.kind === 'found' ? repository.repository.prefix : '';
  const review: Review = {
    version: ownVersion(),
    runs: [],
    diff: compared,
    failOn: 'high',
    isLocked: false,
    files: { manifest: `${prefix}package.json`, packageLock: null, egressLock: null },
  };
  writeOutputs(flags, {
    ...textsOf(DIFF_FORMATS, review),
    json: () => diffJson(compared),
    terminal: () => diffText(compared, appearanceOf(process.stdout, process.env)),
  });
  const { added, changed, gone } = compared;
  return flags.exitCode && added.length + changed.length + gone.length > 0 ? DIFFERENT : 0;
}

function compare(
  baseWord: string,
  headWord: string,
  flags: DiffFlags,
  repository: RepositoryReading,
): EgressDiff {
  const { project, database } = locate(flags);
  const store = existsSync(database) ? openOrExplain(database) : null;
  try {
    const context = {
      project,
      lock: belowProject(project, lockPath(project, flags.lock)),
      repository,
      store,
    };
    const { side: base, isCommit } = resolveSide(baseWord, { ...context, which: 'base' });
    const { side: head } = resolveSide(headWord, { ...context, which: 'head' });
    const whyChain = chainsIn({ base: base.packages, head: head.packages });
    return diffEgress({ base, head, whyChain, isPullRequest: isCommit, lock: null });
  } finally {
    store?.close();
  }
}
