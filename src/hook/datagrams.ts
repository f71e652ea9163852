import dgram from 'node:dgram';
import { patch } from './conceal.js';
import { bare, secluded, uncurry } from './primordials.js';
import type { Reporter, StackRef } from './reporter.js';
import { localPortOf, ownerSymbolOf } from './sockets.js';

/** What the binding returns of an error: its number below zero (errno(3)). */
const EPERM = -1;

/** Who waits for a socket to send or to connect. */
interface Askers {
  /** Calls that have not come to the binding yet. */
  waiting: number;
  /** Of those calls, each once; null where nobody's code was on one. */
  stacks: StackRef[];
  /** Calls of `send` that Node has put off until the socket is bound: it makes them again, with no code on the stack. */
  putOff: number;
  /** The name that was given last. */
  host: string | null;
}

/**
 * Datagram sockets. Their address is known in Node's UDP binding; who asked, where the program calls `send`, since names
 * are resolved and ports are bound in between. Of calls that overlap it is not known which comes first: they are told of all.
 * @param isComplete Whether none may be left out: what could not be told of is not sent
 */
export function watchDatagrams(
  reporter: Reporter,
  binding: (name: string) => Record<string, unknown>,
  isComplete: boolean,
): void {
  const udp = binding('udp_wrap').UDP as { prototype: object };
  const addressOf = uncurry(dgram.Socket.prototype.address);
  const isBound = (socket: object): boolean => {
    try {
      return addressOf(socket as dgram.Socket).port !== 0;
    } catch {
      return false;
    }
  };
  const targets = secluded(new WeakMap<object, { address: string; port: number }>());
  const askers = secluded(new WeakMap<object, Askers>());
  for (const method of ['send', 'connect']) {
    patch(dgram.Socket.prototype, method, (call, self, args) => {
      if (typeof self === 'object' && self !== null) {
        const asker = askers.get(self) ?? { waiting: 0, stacks: bare<StackRef[]>([]), putOff: 0, host: null };
        askers.set(self, asker);
        asker.host = hostAmong(args) ?? asker.host;
        note(asker, reporter.here(), method === 'connect' || isBound(self));
      }
      return call(args);
    });
  }
  const note = (asker: Askers, stack: StackRef, isNow: boolean): void => {
    if (stack === null && isNow && asker.putOff > 0) {
      asker.putOff -= 1;
      return;
    }
    if (!isNow) asker.putOff += 1;
    asker.waiting += 1;
    for (let at = 0; at < asker.stacks.length; at += 1) if (asker.stacks[at] === stack) return;
    asker.stacks[asker.stacks.length] = stack;
  };
  const askerOf = (handle: object) => {
    const owner = ownerSymbolOf(handle);
    const socket = owner === undefined ? undefined : (handle as Record<symbol, object>)[owner];
    return socket === undefined ? undefined : askers.get(socket);
  };
  /** False where it may not be sent. */
  const tell = (
    handle: object,
    address: unknown,
    port: unknown,
    localPort = localPortOf(handle),
  ): boolean => {
    if (typeof address !== 'string' || typeof port !== 'number') return true;
    const asker = askerOf(handle);
    const host = asker?.host ?? null;
    const stacks = sendersOf(asker, reporter.here());
    for (let at = 0; at < stacks.length; at += 1) {
      const stack = stacks[at] ?? null;
      const isTold = reporter.tellOnce(`${localPort} ${address} ${port} ${stack}`, {
        kind: 'datagram',
        address,
        port,
        localPort,
        host,
        stack,
      });
      if (!isTold && isComplete) return false;
    }
    return true;
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
      if (bound !== 0 && !tell(self as object, address, port, bound)) return EPERM;
      const code = call(args);
      if (bound === 0) tell(self as object, address, port);
      return code;
    });
  }
}

/** Who may have sent what comes to the binding, on a stack or on none; all but one of them still wait. */
function sendersOf(asker: Askers | undefined, stack: StackRef): readonly StackRef[] {
  const own = bare([stack]);
  if (asker === undefined || asker.waiting === 0) return own;
  asker.waiting -= 1;
  const { stacks } = asker;
  if (asker.waiting === 0) asker.stacks = bare<StackRef[]>([]);
  return stack === null ? stacks : own;
}

/** Of send(message, [offset, length,] port, address, …) or connect(port, address, …). */
function hostAmong(args: readonly unknown[]): string | null {
  for (let at = args.length - 1; at > 0; at -= 1) {
    const value = args[at];
    if (typeof value === 'string') return value;
  }
  return null;
}
