import type { Run } from '../model/run.js';
import type { DetectionContext } from '../policy/detectors/context.js';
import type { Store } from '../store/store.js';

/** Earlier runs, where they can be read: what can't be is no reason to lose this run. */
export function historyOf(store: Store, run: Run): Pick<DetectionContext, 'history'> {
  try {
    return { history: store.history(run.project, run.id) };
  } catch {
    return {};
  }
}
