import net, { type Socket } from 'node:net';

/** A connection that the gateway makes from the host's network. */
export interface Dial {
  /** The connected socket, paused, or the error's code. Never rejects. */
  readonly outcome: Promise<DialOutcome>;
  /** Gives up; idempotent, and harmless once the socket was taken. */
  abandon(): void;
  /** Ends it, connected or not: for whoever will not take the socket. Idempotent. */
  discard(): void;
}

export type DialOutcome =
  | { readonly connected: true; readonly socket: Socket }
  | { readonly connected: false; readonly code: string };

/** Connects to an address, not to a name: the command has resolved it already. */
export function dial(address: string, port: number): Dial {
  const socket = net.connect({
    host: address,
    port,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: false,
  });
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
      resolve({ connected: true, socket });
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
