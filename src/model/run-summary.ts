import type { CaptureVerdict, Run } from './run.js';

/** One stored run without its events: a line of `runs`. */
export interface RunSummary {
  readonly run: Run;
  readonly verdict: CaptureVerdict;
  /** `killed`: egresslock ended before the run was concluded. */
  readonly state: 'finished' | 'running' | 'killed';
  readonly destinations: number;
  readonly findings: number;
}
