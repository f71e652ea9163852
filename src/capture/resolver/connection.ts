import type { Socket } from 'node:net';
import { createFrameReader, frame } from './tcp-frames.js';
import { HEADER } from './wire.js';

/** A connection without a query for this long is closed, milliseconds (RFC 7766 §6.2.3: seconds, not minutes). */
const IDLE = 30_000;
/** Queries of one connection that may be open at once; the next ones wait. */
const MAXIMUM_PIPELINED = 256;

/**
 * Serves an accepted connection: pipelined, answered out of order (RFC 7766 §6.2.1.1). A client that asks faster than
 * it is answered, or doesn't read, is held back.
 * @param answer Never rejects; null where nothing is to be said.
 */
export function serveConnection(socket: Socket, answer: (query: Buffer) => Promise<Buffer | null>): void {
  const frames = createFrameReader();
  const waiting: Buffer[] = [];
  let pending = 0;
  let ended = false;
  const finish = (): void => {
    if (ended && pending === 0 && waiting.length === 0) socket.end();
  };
  const settle = (reply: Buffer | null): void => {
    pending -= 1;
    if (reply !== null && !socket.destroyed) socket.write(frame(reply));
    advance();
    finish();
  };
  const advance = (): void => {
    while (pending < MAXIMUM_PIPELINED && !socket.writableNeedDrain) {
      const query = waiting.shift();
      if (query === undefined) {
        socket.resume();
        return;
      }
      // A message without a header is no DNS: there is nothing to say to it, nor to what follows.
      if (query.length < HEADER) {
        waiting.length = 0;
        socket.destroy();
        return;
      }
      pending += 1;
      answer(query).then(settle);
    }
    socket.pause();
  };
  // Whoever has asked all may close its side before it is answered.
  socket.allowHalfOpen = true;
  socket.setTimeout(IDLE, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('drain', advance);
  // What was sent was asked, whether or not anybody still waits for the answer.
  socket.on('close', advance);
  socket.on('end', () => {
    ended = true;
    finish();
  });
  socket.on('data', (chunk: Buffer) => {
    for (const query of frames.push(chunk)) waiting.push(query);
    advance();
  });
  socket.resume();
}
