import { readProgram } from '../attribution/program.js';
import type { createInsiders } from '../attribution/stacks/insiders.js';
import type { RoleNames } from '../attribution/stacks/roles.js';
import type { DetectionContext } from '../policy/detectors/context.js';
import type { concludeRun } from './conclude.js';
import type { prepareConclusion } from './conclusion-program.js';
import type { LoadedPolicy } from './policy/load-policy.js';
import { readProfileTexts } from './profile-texts.js';
import type { wholeTree } from './whole-tree.js';

/** What makes a record of what a run has seen. */
export interface Conclusion {
  readonly concludeRun: typeof concludeRun;
  /** For a policy that is asked while the run goes on. */
  readonly createInsiders: typeof createInsiders;
  readonly wholeTree: typeof wholeTree;
  /** Beside the run and the lock. */
  readonly context: DetectionContext;
  /** By which names a stack is read. */
  readonly names: RoleNames;
}

/**
 * Reads what concludes a run, and returns what makes it ready, which takes as long as much else of the start. See
 * `readProgram` for why the two are apart.
 * @throws Error of the file system, where egresslock was not built
 */
export function readConclusion(): (policy: LoadedPolicy | null) => Conclusion {
  const program = readProgram('conclusion');
  const texts = readProfileTexts();
  let made: Conclusion | null = null;
  return (policy) => {
    made ??= (program() as { prepareConclusion: typeof prepareConclusion }).prepareConclusion(policy, texts);
    return made;
  };
}
