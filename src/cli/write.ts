import { closeSync, openSync, writeFileSync } from 'node:fs';
import { UsageError } from './usage-error.js';

/** Proves that a file can be written, before anything starts. @throws UsageError */
export function mustBeWritable(path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** @throws UsageError where the file can't be written. */
export function writeFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/** Ends the process, by the given way out, when all that was written has left it. */
export function exitWhenWritten(code: number, exit: (code: number) => void): void {
  process.stdout.write('', () => process.stderr.write('', () => exit(code)));
}

/** A reader that has gone (`egresslock runs | head -1`) is no error: there is nobody left to tell. */
export function tolerateGoneReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}

function notWritable(path: string, cause: unknown): UsageError {
  return new UsageError(
    `expected to write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
}
