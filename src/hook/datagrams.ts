import dgram from 'node:dgram';
import { patch } from './conceal.js';
import { secluded } from './primordials.js';
import type { Reporter, StackRef } from './reporter.js';
import { localPortOf, ownerSymbolOf } from './sockets.js';

/**
 * Datagram sockets. Their address is known in Node's UDP binding; who asked, where the program calls `send`, since names
 * are resolved and ports are bound in between.
 */
export function watchDatagrams(reporter: Reporter, binding: (name: string) => Record<string, unknown>): void {
  const udp = binding('udp_wrap').UDP as { prototype: object };
  const targets = secluded(new WeakMap<object, { address: string; port: number }>());
  const askedBy = secluded(new WeakMap<object, { stack: StackRef; host: string | null }>());
  for (const method of ['send', 'connect']) {
    patch(dgram.Socket.prototype, method, (call, self, args) => {
      const host = hostAmong(args);
      const stack = reporter.here();
      if (typeof self === 'object' && self !== null) {
        const before = askedBy.get(self);
        askedBy.set(self, {
          stack: stack ?? before?.stack ?? null,
          host: host ?? before?.host ?? null,
        });
      }
      return call(args);
    });
  }
  const askerOf = (handle: object) => {
    const owner = ownerSymbolOf(handle);
    const socket = owner === undefined ? undefined : (handle as Record<symbol, object>)[owner];
    return socket === undefined ? undefined : askedBy.get(socket);
  };
  const tell = (handle: object, address: unknown, port: unknown, localPort = localPortOf(handle)): void => {
    if (typeof address !== 'string' || typeof port !== 'number') return;
    const asker = askerOf(handle);
    const stack = reporter.here() ?? asker?.stack ?? null;
    reporter.tellOnce(`${localPort} ${address} ${port} ${stack}`, {
      kind: 'datagram',
      address,
      port,
      localPort,
      host: asker?.host ?? null,
      stack,
    });
  };
  for (const method of ['connect', 'connect6']) {
    patch(udp.prototype, method, (call, self, args) => {
      const code = call(args);
      const address = args[0] as string;
      const port = args[1] as number;
      targets.set(self as object, { address, port });
      tell(self as object, address, port);
      return code;
    });
  }
  for (const method of ['send', 'send6']) {
    patch(udp.prototype, method, (call, self, args) => {
      const target = targets.get(self as object);
      // send(request, list, length, port, address, …) or, connected, send(request, list, length, …).
      const [address, port] = args.length > 4 ? [args[4], args[3]] : [target?.address, target?.port];
      // Who decides about it asks who has sent it; dgram has bound the socket by now, others let send(2) do it.
      const bound = localPortOf(self as object);
      if (bound !== 0) tell(self as object, address, port, bound);
      const code = call(args);
      if (bound === 0) tell(self as object, address, port);
      return code;
    });
  }
}

/** Of send(message, [offset, length,] port, address, …) or connect(port, address, …). */
function hostAmong(args: readonly unknown[]): string | null {
  for (let at = args.length - 1; at > 0; at -= 1) {
    const value = args[at];
    if (typeof value === 'string') return value;
  }
  return null;
}
