import { CommanderError } from 'commander';
import { plainText } from '../report/plain-text.js';
import type { Caller } from '../run/caller.js';
import type { Opening } from '../run/opening.js';
import { NO_SANDBOX, USAGE } from './exit-codes.js';
import { createProgram } from './program.js';
import { UsageError } from './usage-error.js';
import { exitWhenWritten, tolerateUnwritten } from './write.js';

/** Maps what went wrong to an exit code; what nobody expected is shown whole. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof UsageError) {
    process.stderr.write(`egresslock: ${plainText(error.message)}\n`);
    return USAGE;
  }
  // By its name: the class would bring all of the sandbox with it, for commands that only read.
  if (error instanceof Error && error.name === 'SandboxError') {
    process.stderr.write(
      `egresslock: ${plainText(error.message)}\negresslock: nothing was run; egresslock doctor says what is lacking\n`,
    );
    return NO_SANDBOX;
  }
  process.stderr.write(`egresslock: ${error instanceof Error ? error.stack : String(error)}\n`);
  return NO_SANDBOX;
}

/**
 * Runs a command line, without Node and the script in it, and ends the process with its exit code.
 * @param opening Of a run, where one was begun before the command line was read
 */
export function start(args: readonly string[], caller: Caller, opening: Opening | null): void {
  tolerateUnwritten();
  let code = 0;
  const program = createProgram(args, caller, opening, (result) => {
    code = result;
  });
  // Node's own way out aborts now and then while a thread is still being started (Node 20, 2 of 100).
  const leave = (exitCode: number): void => {
    import('../run/end.js').then(
      ({ endRun }) => endRun(exitCode),
      // Where system calls can't be made, no thread has been started.
      () => process.exit(exitCode),
    );
  };
  // What was begun in vain ends with this process: its pipes close.
  const end = (exitCode: number): void => {
    exitWhenWritten(exitCode, opening === null ? process.exit : leave);
  };
  program.parseAsync(args, { from: 'user' }).then(
    () => end(code),
    (error: unknown) => end(codeOf(error)),
  );
}
