import type { CaptureVerdict } from '../model/run.js';

/** Wrong usage or unreadable input, before anything starts. */
export const USAGE = 2;
/** Findings at or above the level of `--fail-on`. */
export const FINDINGS = 120;
/** The capture is not complete. */
export const INCOMPLETE = 121;
/** The sandbox could not be made. */
export const NO_SANDBOX = 122;

/** The exit code of `run`: an incomplete capture before a failing command, a failing command before findings. */
export function exitCodeOf(outcome: {
  /** The command's own; 0 where there is none (`check`). */
  readonly command: number;
  readonly verdict: CaptureVerdict;
  /** Number of findings at or above the level. */
  readonly alerts: number;
}): number {
  if (outcome.verdict !== 'complete') return INCOMPLETE;
  if (outcome.command !== 0) return outcome.command;
  return outcome.alerts > 0 ? FINDINGS : 0;
}
