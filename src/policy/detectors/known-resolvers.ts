import type { KnownPlaces } from '../known-places.js';
import type { Visit } from './scene.js';

/** The public resolver that a visit went to, by name or by address; null where it is none that is known. */
export function knownResolver({ resolvers }: KnownPlaces, { host, destination }: Visit): string | null {
  return [host, ...destination.addresses].find((one) => resolvers.has(one)) ?? null;
}
