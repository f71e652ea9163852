import net, { type Socket } from 'node:net';

/** Bytes read at once. */
const READ = 65_536;

/**
 * A connected socket, paused, all of whose bytes are read into one buffer. A new one for each read, as streams have it,
 * costs more than all else that is done with the bytes: its memory must be found, and be given by the kernel page by page.
 */
export interface Upstream {
  readonly socket: Socket;
  /** Called with each chunk, which holds until it returns; false: there will be no more until the socket is resumed. */
  onChunk: (chunk: Buffer) => boolean;
}

/** A connection that the gateway makes from the host's network. */
export interface Dial {
  /** The connection, or the error's code. Never rejects. */
  readonly outcome: Promise<DialOutcome>;
  /** Gives up; idempotent, and harmless once the socket was taken. */
  abandon(): void;
  /** Ends it, connected or not: for whoever will not take the socket. Idempotent. */
  discard(): void;
}

export type DialOutcome =
  | { readonly connected: true; readonly upstream: Upstream }
  | { readonly connected: false; readonly code: string };

/** Connects to an address, not to a name: the command has resolved it already. */
export function dial(address: string, port: number): Dial {
  const take = (length: number, buffer: Uint8Array): boolean =>
    upstream.onChunk(Buffer.from(buffer.buffer, buffer.byteOffset, length));
  const socket = net.connect({
    host: address,
    port,
    onread: { buffer: Buffer.allocUnsafeSlow(READ), callback: take },
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: false,
  });
  const upstream: Upstream = { socket, onChunk: () => false };
  let settled = false;
  const outcome = new Promise<DialOutcome>((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      settled = true;
      socket.destroy();
      resolve({ connected: false, code: error.code ?? 'ECONNREFUSED' });
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      settled = true;
      socket.off('error', onError);
      // Until the relay takes over, a reset must not be an unhandled error.
      socket.on('error', () => {});
      socket.pause();
      resolve({ connected: true, upstream });
    });
    socket.once('close', () => resolve({ connected: false, code: 'ECONNABORTED' }));
  });
  return {
    outcome,
    abandon: () => {
      if (!settled) socket.destroy();
    },
    discard: () => socket.destroy(),
  };
}
