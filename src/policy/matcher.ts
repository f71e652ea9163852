import type { Lock, LockRow } from '../model/lock.js';
import { canonicalHost } from './canonical-host.js';

/** What a row is compared by, besides its package. */
export type Place = Pick<LockRow, 'phase' | 'host' | 'port' | 'protocol'>;

/** The one implementation of "does the lock have it". */
export interface Matcher {
  /** Whether this very package may go there. */
  has(row: LockRow): boolean;
  /** Packages that may go there, sorted. */
  packagesFor(place: Place): readonly string[];
}

export function createMatcher(lock: Lock): Matcher {
  const places = new Map<string, Set<string>>();
  for (const row of lock.rows) {
    const key = placeKey(row);
    const packages = places.get(key) ?? new Set();
    packages.add(row.package);
    places.set(key, packages);
  }
  return {
    has: (row) => places.get(placeKey(row))?.has(row.package) ?? false,
    packagesFor: (place) => [...(places.get(placeKey(place)) ?? [])].sort(),
  };
}

/** One text for each place, in whatever spelling of its host. */
export function placeKey({ phase, host, port, protocol }: Place): string {
  return [phase, canonicalHost(host), port, protocol].join('\0');
}
