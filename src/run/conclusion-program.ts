import { createInsiders } from '../attribution/stacks/insiders.js';
import { concludeRun } from './conclude.js';
import type { Conclusion } from './conclusion.js';
import { detectionContext } from './detection.js';
import type { LoadedPolicy } from './policy/load-policy.js';
import type { ProfileTexts } from './profile-texts.js';
import { roleNamesOf } from './profiles.js';
import { wholeTree } from './whole-tree.js';

/*
 * What scripts/bundle-programs.mjs makes one file of: it is run while the command is running, so nothing in it may read
 * egresslock's own files.
 */
export function prepareConclusion(policy: LoadedPolicy | null, texts: ProfileTexts): Conclusion {
  return {
    concludeRun,
    createInsiders,
    wholeTree,
    context: detectionContext(policy, texts),
    names: roleNamesOf(texts),
  };
}
