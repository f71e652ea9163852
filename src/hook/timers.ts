import dns from 'node:dns';
import http from 'node:http';
import net from 'node:net';
import timers from 'node:timers';
import { patch } from './conceal.js';
import { apply, secluded } from './primordials.js';
import type { Reporter } from './reporter.js';

/**
 * `setTimeout(fetch, 5, url)` runs without any code of the program's on the stack: a timer that is given an entry point
 * itself keeps the stack on which it was set. (process.nextTick is left alone: Node's own streams call it all the time.)
 */
export function watchTimers(reporter: Reporter): void {
  const entries = secluded(
    new Set<unknown>([
      globalThis.fetch,
      dns.lookup,
      http.get,
      http.request,
      net.connect,
      net.createConnection,
    ]),
  );
  const bind = (callback: unknown): unknown => {
    if (!entries.has(callback)) return callback;
    const stack = reporter.here();
    return (...args: unknown[]) =>
      reporter.within(stack, () => apply(callback as () => unknown, undefined, args));
  };
  const around = (call: (args: unknown[]) => unknown, _self: unknown, args: unknown[]): unknown => {
    // The list is the call's own.
    args[0] = bind(args[0]);
    return call(args);
  };
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    patch(globalThis, name, around);
    patch(timers, name, around);
  }
}
