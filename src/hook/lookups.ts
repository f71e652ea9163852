import { patch } from './conceal.js';
import type { Reporter } from './reporter.js';

/** Names that are asked for: every function of `dns` ends in Node's c-ares binding. */
export function watchLookups(reporter: Reporter, binding: (name: string) => Record<string, unknown>): void {
  const cares = binding('cares_wrap');
  const tell = (name: unknown): void => {
    if (typeof name !== 'string') return;
    const stack = reporter.here();
    reporter.tellOnce(`${name} ${stack}`, { kind: 'lookup', name, stack });
  };
  patch(cares, 'getaddrinfo', (call, _self, args) => {
    tell(args[1]);
    return call(args);
  });
  const { prototype } = cares.ChannelWrap as { prototype: object };
  for (const method of Object.getOwnPropertyNames(prototype)) {
    if (!/^query|^getHostByAddr$/.test(method)) continue;
    patch(prototype, method, (call, _self, args) => {
      tell(args[1]);
      return call(args);
    });
  }
}
