#!/usr/bin/env node
import { CommanderError } from 'commander';
import { SandboxError } from '../run/run.js';
import { NO_SANDBOX, USAGE } from './exit-codes.js';
import { createProgram } from './program.js';
import { UsageError } from './usage-error.js';
import { exitWhenWritten, tolerateGoneReaders } from './write.js';

/** Maps what went wrong to an exit code; what nobody expected is shown whole. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof UsageError) {
    process.stderr.write(`egresslock: ${error.message}\n`);
    return USAGE;
  }
  if (error instanceof SandboxError) {
    process.stderr.write(
      `egresslock: ${error.message}\negresslock: nothing was run; egresslock doctor says what is lacking\n`,
    );
    return NO_SANDBOX;
  }
  process.stderr.write(`egresslock: ${error instanceof Error ? error.stack : String(error)}\n`);
  return NO_SANDBOX;
}

tolerateGoneReaders();
let code = 0;
createProgram((result) => {
  code = result;
})
  .parseAsync()
  .then(
    () => exitWhenWritten(code),
    (error: unknown) => exitWhenWritten(codeOf(error)),
  );
