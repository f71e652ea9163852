import { plainText } from '../report/plain-text.js';
import { exitAtOnce } from '../run/end.js';
import { INCOMPLETE, NO_SANDBOX } from './exit-codes.js';

/** What an error means that nobody has foreseen, thrown outside of any call that could catch it. */
export interface UnforeseenWatch {
  /** From now on the command may run: such an error ends it. */
  commandMayRun(): void;
  stop(): void;
}

/**
 * Ends egresslock, and the command with it, at an error that nobody has foreseen. The process ends without Node's own
 * way out, which would first stop threads that are within a system call: it hangs or aborts there (Node 20, measured).
 */
export function watchUnforeseen(): UnforeseenWatch {
  let code = NO_SANDBOX;
  const onError = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const outcome = code === INCOMPLETE ? 'the capture has failed, the command was ended' : 'nothing was run';
    const lines = text.split('\n').map(plainText).join('\n');
    process.stderr.write(`egresslock: ${lines}\negresslock: ${outcome}\n`);
    exitAtOnce(code);
  };
  process.on('uncaughtException', onError);
  return {
    commandMayRun: () => {
      code = INCOMPLETE;
    },
    stop: () => {
      process.off('uncaughtException', onError);
    },
  };
}
