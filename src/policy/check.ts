import type { Finding } from '../model/finding.js';
import type { Lock } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import type { DetectionContext } from './detectors/context.js';
import { detect } from './detectors/detect.js';

/**
 * Holds a run against the lock, and against what else is known; without a lock there is nothing to be new against, and
 * only what is wrong in itself is found, mostly at a lower severity. Sorted: gravest first.
 */
export function checkRun(record: RunRecord, lock: Lock | null, context: DetectionContext = {}): Finding[] {
  return detect({ ...context, record, lock });
}
