import type { Duplex } from 'node:stream';
import { createFirstBytes, type Recognition } from '../recognize/first-bytes.js';

/** How a stream begins. What was read of it has been put back. */
export interface Opening {
  readonly recognition: Recognition;
  /** The first bytes, as far as they were looked at. */
  readonly bytes: Buffer;
  /** True where no more will come: nothing was put back. */
  readonly hasEnded: boolean;
}

/** Milliseconds without a byte after which what came so far must do: a client has sent what it had to send. */
const QUIET = 1000;
/** Milliseconds of silence after which the client is taken to wait for the server. */
const GREETING_DELAY = 200;

/**
 * Reads until it is known what a stream is, or the client falls silent. Resolves with a paused stream; null where it
 * has broken. Never rejects.
 * @param greeting Sent to a client that waits for the server; null where none is due.
 */
export function readOpening(stream: Duplex, greeting: string | null): Promise<Opening | null> {
  const recognizer = createFirstBytes();
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    let quiet: NodeJS.Timeout | null = null;
    const greet = greeting === null ? null : setTimeout(() => stream.write(greeting), GREETING_DELAY);
    const stop = (): void => {
      if (greet !== null) clearTimeout(greet);
      if (quiet !== null) clearTimeout(quiet);
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onClose);
      stream.pause();
    };
    const finish = (recognition: Recognition, hasEnded: boolean): void => {
      stop();
      const bytes = Buffer.concat(chunks);
      if (!hasEnded && bytes.length > 0) stream.unshift(bytes);
      resolve({ recognition, bytes, hasEnded });
    };
    const onData = (chunk: Buffer): void => {
      if (greet !== null) clearTimeout(greet);
      chunks.push(chunk);
      const certain = recognizer.push('sent', chunk);
      // A tunnel is only opened once it was answered: more bytes can't be waited for.
      const isEnough = certain !== null || recognizer.soFar().tunnel !== null;
      if (isEnough) return finish(certain ?? recognizer.soFar(), false);
      if (quiet === null) quiet = setTimeout(() => finish(recognizer.end(), false), QUIET);
      else quiet.refresh();
    };
    const onEnd = (): void => finish(recognizer.end(), true);
    const onClose = (): void => {
      stop();
      resolve(null);
    };
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('close', onClose);
    if (stream.destroyed) onClose();
    else stream.resume();
  });
}
