import diagnostics from 'node:diagnostics_channel';
import http from 'node:http';
import net from 'node:net';
import { patch, wrapClass, wrapFunction } from './conceal.js';
import { watchHttp2 } from './http2.js';
import { bare, defineProperty, secluded, uncurry } from './primordials.js';
import type { Reporter, StackRef } from './reporter.js';
import type { Sockets } from './sockets.js';

/** What tells one kind of request from another. */
export interface RequestLine {
  readonly method?: string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
}

/** Tells whose request goes on a socket. */
export type TellRequest = (socket: net.Socket, id: number, stack: StackRef) => void;

const destroy = uncurry(net.Socket.prototype.destroy);

/*
 * A stack costs some 25 µs, a tenth of a request on loopback. Of requests with the same method, host and path the first
 * are looked at, and then some: who else sends the very same request is found late, or not. Where who is not found would
 * be let through, each is looked at.
 */
const ALWAYS = 64;
const ONE_IN = 64;
const REMEMBERED_KINDS = 4096;

/**
 * A request may use a connection that another package has opened: each is told with the socket that it was put on.
 * @param isComplete Whether none may be left out: the connection ends where one could not be told of
 */
export function watchRequests(reporter: Reporter, sockets: Sockets, isComplete: boolean): void {
  /** Null where it was looked at and nobody was there, which is told; undefined where it was not. */
  const stacks = secluded(new WeakMap<object, StackRef | undefined>());
  const looks = secluded(new Map<string, number>());
  /** Whether the stack of a request is to be looked at: always, until requests of its kind have become a habit. */
  const isWorthALook = ({ method, host, path }: RequestLine): boolean => {
    if (isComplete) return true;
    const kind = `${method} ${host} ${path}`;
    const count = (looks.get(kind) ?? 0) + 1;
    if (count === 1 && looks.size >= REMEMBERED_KINDS) looks.clear();
    looks.set(kind, count);
    return count <= ALWAYS || count % ONE_IN === 0;
  };
  const tell: TellRequest = (socket, id, stack) => {
    const isTold = reporter.tellOnce(`on ${id} ${stack}`, { kind: 'request', socket: id, stack });
    if (!isTold && isComplete) destroy(socket);
  };
  const put = (request: object, socket: unknown): void => {
    const stack = stacks.get(request);
    const known = sockets.of(socket);
    if (known === null || stack === undefined) return;
    tell(socket as net.Socket, known.id, stack);
  };

  patch(http.Agent.prototype, 'addRequest', (call, _self, args) => {
    const request = args[0] as RequestLine;
    stacks.set(request, isWorthALook(request) ? reporter.here() : undefined);
    return call(args);
  });
  patch(http.ClientRequest.prototype, 'onSocket', (call, self, args) => {
    if (!stacks.has(self as object)) stacks.set(self as object, reporter.here());
    put(self as object, args[0]);
    return call(args);
  });

  watchHttp2(reporter, sockets, isWorthALook, tell);

  // Node's own fetch and the package undici say it by the same channels (undici, DiagnosticsChannel.md).
  diagnostics.subscribe('undici:request:create', (message) => {
    stacks.set((message as { request: object }).request, reporter.here());
  });
  diagnostics.subscribe('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as { request: object; socket: unknown };
    put(request, socket);
  });

  if (typeof globalThis.fetch === 'function') {
    const declared = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
    const wrapped = wrapFunction(globalThis.fetch, (call, _self, args) =>
      reporter.within(reporter.here(), () => call(args)),
    );
    if (declared !== undefined && 'value' in declared) {
      defineProperty(globalThis, 'fetch', bare({ ...declared, value: wrapped }));
    }
  }
  for (const name of ['WebSocket', 'EventSource']) wrapLazyClass(name, reporter);
}

/** Classes that Node loads when they are first named: they are wrapped then. */
function wrapLazyClass(name: string, reporter: Reporter): void {
  const declared = Object.getOwnPropertyDescriptor(globalThis, name);
  if (declared?.get === undefined) return;
  const get = wrapFunction(declared.get as () => object, (call, _self, args) => {
    const original = call(args);
    if (typeof original !== 'function') return original;
    const wrapped = wrapClass(original as object, (construct, _none, given) =>
      reporter.within(reporter.here(), () => construct(given)),
    );
    const { enumerable = false } = declared;
    defineProperty(
      globalThis,
      name,
      bare({ value: wrapped, writable: true, configurable: true, enumerable }),
    );
    return wrapped;
  });
  defineProperty(globalThis, name, bare({ ...declared, get }));
}
