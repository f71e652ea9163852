import { closeSync, openSync, writeFileSync } from 'node:fs';
import { plainText } from '../report/plain-text.js';
import { USAGE } from './exit-codes.js';
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

/** A reader that has gone (`egresslock runs | head -1`), or a terminal: there is nobody left to tell. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'EIO']);
/** What of standard output could not be written, though somebody waits for it. */
let unwritten: Error | null = null;

/** Goes on where the standard streams can't be written to: the exit code says what it would have said. */
export function tolerateUnwritten(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!GONE.has(error.code)) unwritten ??= error;
  });
  // Who can't be told by it can't be told.
  process.stderr.on('error', () => {});
}

/** Ends the process, by the given way out, when all that was written has left it. */
export function exitWhenWritten(code: number, exit: (code: number) => void): void {
  whenWritten(process.stdout, () => {
    if (unwritten !== null)
      process.stderr.write(`egresslock: standard output: ${plainText(unwritten.message)}\n`);
    whenWritten(process.stderr, () => exit(code === 0 && unwritten !== null ? USAGE : code));
  });
}

/** Nothing is written for it where nothing waits: even no bytes are an error on a full disk. Errors are told before it. */
function whenWritten(stream: NodeJS.WriteStream, then: () => void): void {
  if (stream.writableLength === 0) setImmediate(then);
  else stream.write('', then);
}

function notWritable(path: string, cause: unknown): UsageError {
  return new UsageError(
    `expected to write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
}
