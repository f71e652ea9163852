import type { Duplex } from 'node:stream';

/** Bytes that are read of a protocol which nobody answers: enough for any first message, and no place to fill. */
export const MAXIMUM_UNANSWERED = 1024 * 1024;
/** Milliseconds without a byte after which a client that gets no answer is let go. */
export const UNANSWERED_IDLE = 10_000;
/** Milliseconds for the client to end as well, so that it sees an end and no reset. */
const GRACE = 1000;

/** Reads what a client says until it ends, falls silent, or has said enough; answers nothing, and closes in order. */
export function readOut(stream: Duplex): void {
  let count = 0;
  let grace: NodeJS.Timeout | null = null;
  const end = (): void => {
    clearTimeout(idle);
    if (grace !== null) return;
    stream.end();
    grace = setTimeout(() => stream.destroy(), GRACE);
  };
  const idle = setTimeout(end, UNANSWERED_IDLE);
  stream.on('data', (chunk: Buffer) => {
    count += chunk.length;
    idle.refresh();
    if (count < MAXIMUM_UNANSWERED) return;
    stream.pause();
    end();
  });
  if (stream.readableEnded) end();
  stream.on('end', end);
  stream.on('close', () => {
    clearTimeout(idle);
    if (grace !== null) clearTimeout(grace);
  });
  stream.resume();
}
