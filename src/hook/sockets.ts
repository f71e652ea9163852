import net from 'node:net';
import { type Around, patch } from './conceal.js';
import { bare, descriptionOf, getPrototypeOf, ownKeys, secluded } from './primordials.js';
import type { Reporter, StackRef } from './reporter.js';

/** What is known of a socket: its number in claims, and the stack that asked for its connection. */
export interface KnownSocket {
  readonly id: number;
  readonly stack: StackRef;
}

export interface Sockets {
  /** Number of the socket in claims; null for one that never asked for a connection (an accepted one). */
  of(socket: unknown): KnownSocket | null;
  /** Calls the listener each time that a socket is about to be connected. */
  onConnect(listener: () => void): void;
}

/** Of a handle of Node's, as far as it matters here. */
interface Handle {
  readonly _parent?: Handle;
  readonly [owner: symbol]: unknown;
  getsockname?(into: object): number;
}

type Bindings = (name: string) => Record<string, unknown>;

/**
 * Sockets of every kind end in two methods of Node's TCP binding, which call connect(2) at once: there the address and
 * the local port are known. Who asked is known earlier, in Socket.connect, before names are resolved.
 */
export function watchSockets(reporter: Reporter, binding: Bindings): Sockets {
  const known = secluded(new WeakMap<object, KnownSocket>());
  const byHandle = secluded(new WeakMap<object, KnownSocket>());
  const patchedHandles = secluded(new WeakSet<object>());
  let ownerSymbol: symbol | undefined;
  let current: KnownSocket | null = null;
  const listeners: (() => void)[] = [];
  let last = 0;

  const register = (socket: object, stack: StackRef): KnownSocket => {
    const made = { id: ++last, stack };
    known.set(socket, made);
    return made;
  };
  const ownerOf = (handle: Handle): object | null => {
    const owner = ownerSymbol === undefined ? null : handle[ownerSymbol];
    return typeof owner === 'object' ? owner : null;
  };

  /** A TLS handle hands its calls to the TCP handle below, which does not know the socket. */
  const patchOuterHandle = (handle: Handle): void => {
    const prototype = getPrototypeOf(handle) as object;
    if (patchedHandles.has(prototype)) return;
    patchedHandles.add(prototype);
    const around: Around = (call, self, args) => {
      const before = current;
      const owner = ownerOf(self as Handle);
      current = (owner === null ? undefined : known.get(owner)) ?? before;
      try {
        return call(args);
      } finally {
        current = before;
      }
    };
    patch(prototype, 'connect', around);
    patch(prototype, 'connect6', around);
  };

  patch(net.Socket.prototype, 'connect', (call, self, args) => {
    if (typeof self !== 'object' || self === null) return call(args);
    for (let at = 0; at < listeners.length; at += 1) listeners[at]?.();
    const before = current;
    current = register(self, reporter.here());
    const registered = current;
    try {
      const existing = (self as { _handle?: Handle | null })._handle;
      if (existing?._parent) {
        byHandle.set(existing._parent, registered);
        patchOuterHandle(existing);
      }
      return call(args);
    } finally {
      current = before;
      const handle = (self as { _handle?: Handle | null })._handle;
      if (handle) {
        byHandle.set(handle, registered);
        ownerSymbol ??= ownerSymbolOf(handle);
      }
    }
  });

  const tcp = binding('tcp_wrap').TCP as { prototype: object };
  for (const method of ['connect', 'connect6']) {
    patch(tcp.prototype, method, (call, self, args) => {
      const code = call(args);
      const handle = self as Handle;
      const owner = ownerOf(handle);
      const socket =
        (owner === null ? undefined : known.get(owner)) ??
        byHandle.get(handle) ??
        current ??
        register(handle, reporter.here());
      const address = args[1];
      const port = args[2];
      const localPort = code === 0 ? localPortOf(handle) : 0;
      if (typeof address === 'string' && typeof port === 'number') {
        reporter.tell({
          kind: 'connect',
          address,
          port,
          localPort,
          host: hostOf(owner),
          socket: socket.id,
          stack: socket.stack ?? reporter.here(),
        });
      }
      return code;
    });
  }
  return {
    onConnect: (listener) => listeners.push(listener),
    of: (socket) => (typeof socket === 'object' && socket !== null ? (known.get(socket) ?? null) : null),
  };
}

/** The name that a socket was asked to connect to (lib/net.js keeps it while it is looked up); null for an address. */
function hostOf(socket: object | null): string | null {
  const host = (socket as { _host?: unknown } | null)?._host;
  return typeof host === 'string' ? host : null;
}

/** The key under which a handle of Node's knows its socket (`owner_symbol` of lib/internal/async_hooks.js). */
export function ownerSymbolOf(handle: object): symbol | undefined {
  return symbolOf(handle, 'owner_symbol');
}

/** An object's own symbol that is called so. */
export function symbolOf(owner: object, description: string): symbol | undefined {
  const keys = ownKeys(owner);
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at];
    if (typeof key === 'symbol' && descriptionOf(key) === description) return key;
  }
  return undefined;
}

/** Port that a handle of Node's is bound to; 0 where it is not. */
export function localPortOf(handle: { getsockname?(into: object): number }): number {
  const name = bare<{ port?: number }>({});
  return handle.getsockname?.(name) === 0 ? (name.port ?? 0) : 0;
}
