import { constants } from 'node:os';
import { exitAtOnce } from '../sandbox/libc.js';
import { wasInterrupted } from './signals.js';

/** For the command line, which has no business with system calls otherwise. */
export { exitAtOnce } from '../sandbox/libc.js';

/**
 * Ends the process with the run's exit code. Where a SIGINT has ended the command, it ends this process as well: a shell's
 * loop, or make, goes on after a code of 130, and stops where its child was killed by the signal.
 */
export function endRun(code: number): never {
  if (code === 128 + constants.signals.SIGINT && wasInterrupted()) {
    process.removeAllListeners('SIGINT');
    process.kill(process.pid, 'SIGINT');
  }
  return exitAtOnce(code);
}
