import type { Socket } from 'node:net';
import type { Upstream } from './dial.js';
import type { Release, Valve } from './valve.js';

export interface RelayResult {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Code of the first error on either side, null where both ended in order. */
  readonly failure: string | null;
}

/** Sees the bytes on their way; must not keep them. */
export type Tap = (direction: 'sent' | 'received', chunk: Buffer) => void;

/** How long held bytes wait for more that would tell what they are, in milliseconds. */
const PATIENCE = 3000;
/** Failure of a flow that the policy ended; the command sees a reset. */
export const REFUSED = 'EBLOCKED';

/**
 * Joins two connected sockets: each direction ends on its own (half-close), a slow reader holds the other side
 * back, and a reset on one side is a reset on the other. Resolves when both are closed. Never rejects.
 * @param valve Where given, what the command sends goes on only as the valve releases it
 */
export function relay(
  client: Socket,
  dialled: Upstream,
  tap: Tap,
  valve: Valve | null = null,
): Promise<RelayResult> {
  const upstream = dialled.socket;
  let bytesSent = 0;
  let bytesReceived = 0;
  let failure: string | null = null;

  let timer: NodeJS.Timeout | null = null;
  const pass = (release: Release, from: Valve): void => {
    if (release === 'refused') {
      failure ??= REFUSED;
      reset(client);
      reset(upstream);
      return;
    }
    for (const chunk of release) if (!upstream.write(chunk)) client.pause();
    if (!from.isHolding) {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    } else {
      timer ??= setTimeout(() => {
        timer = null;
        pass(from.settle(), from);
      }, PATIENCE);
    }
  };

  client.on('data', (chunk: Buffer) => {
    bytesSent += chunk.length;
    tap('sent', chunk);
    if (valve !== null) pass(valve.take(chunk), valve);
    else if (!upstream.write(chunk)) client.pause();
  });
  upstream.on('drain', () => client.resume());

  /** Whether what was read last is still being written: its memory is not free for the next. */
  let isTaken = false;
  const written = (): void => {
    if (!isTaken || client.writableLength > 0) return;
    isTaken = false;
    upstream.resume();
  };
  dialled.onChunk = (chunk) => {
    bytesReceived += chunk.length;
    tap('received', chunk);
    // The kernel takes it at once, where the command keeps up.
    client.write(chunk, written);
    isTaken = client.writableLength > 0;
    if (valve !== null) pass(valve.heard(chunk), valve);
    return !isTaken;
  };

  const endWith = (from: Socket, to: Socket): void => {
    from.on('end', () => {
      if (valve !== null && from === client) pass(valve.settle(), valve);
      to.end();
    });
    from.on('error', (error: NodeJS.ErrnoException) => {
      failure ??= error.code ?? 'EIO';
      reset(to);
    });
  };

  return new Promise((resolve) => {
    let open = 2;
    const closed = (other: Socket): void => {
      open -= 1;
      // A side that closed without an end (destroyed) can take nothing more: the other side must learn of it.
      if (open > 0 && !other.writableEnded) reset(other);
      if (open === 0 && timer !== null) clearTimeout(timer);
      if (open === 0) resolve({ bytesSent, bytesReceived, failure });
    };
    client.on('close', () => closed(upstream));
    upstream.on('close', () => closed(client));
    endWith(client, upstream);
    endWith(upstream, client);
    client.resume();
    upstream.resume();
  });
}

/** Closes with RST where the system allows it, so that the peer sees an error and no orderly end. */
export function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
