import { hostSet } from './host-set.js';
import { RESOLVER_ADDRESSES, RESOLVER_NAMES } from './lists/resolvers.js';
import type { Visit } from './scene.js';

const NAMES = hostSet(RESOLVER_NAMES);

/** The public resolver that a visit went to, by name or by address; null where it is none that is known. */
export function knownResolver({ host, destination }: Visit): string | null {
  if (NAMES.has(host)) return host;
  return [host, ...destination.addresses].find((address) => RESOLVER_ADDRESSES.has(address)) ?? null;
}
