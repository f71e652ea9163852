import type { RuleId } from '../../model/finding.js';
import type { History } from '../../model/history.js';
import { isAddress } from '../canonical-host.js';
import { hostSet } from '../host-set.js';
import { type Matcher, type Place, placeKey } from '../matcher.js';
import { SHARED_HOSTS } from './lists/shared-hosts.js';
import type { Visit } from './scene.js';

/*
 * What is new about a visit that the lock has not: exactly one of these, so that one cause is one finding.
 * - `own-resolver`: names asked at a server of the command's own choice.
 * - `direct-address`: an address without a name.
 * - `new-destination`: nobody may go there.
 * - `allowed-host-new-package`: others may, and the host is one at which anybody can leave something (a code host's API,
 *   object storage), or one that a package manager uses, where packages are published as well as fetched.
 * - `new-package-for-destination`: others may, at a host of any other kind.
 * Without a lock the first two remain, and of the fourth what earlier runs say.
 */
export type Novelty = Extract<
  RuleId,
  | 'own-resolver'
  | 'direct-address'
  | 'new-destination'
  | 'allowed-host-new-package'
  | 'new-package-for-destination'
>;

type Candidate = Pick<Visit, 'destination' | 'host' | 'who' | 'row' | 'isAccepted'>;

/** What is new about a visit (null: nothing, or nobody can say), and who else may go there, sorted. */
export type NoveltyReader = (visit: Candidate) => Pick<Visit, 'novelty' | 'others'>;

const SHARED = hostSet(SHARED_HOSTS);

export function noveltyReader(known: {
  readonly matcher: Matcher | null;
  readonly history: History;
  readonly ownResolvers: ReadonlySet<string>;
}): NoveltyReader {
  const { matcher, ownResolvers } = known;
  const before = matcher === null ? packagesBefore(known.history) : new Map<string, ReadonlySet<string>>();
  return (visit) => {
    const { destination, host, row, who } = visit;
    if (visit.isAccepted) return { novelty: null, others: [] };
    if (destination.protocol === 'dns' && destination.port !== null && ownResolvers.has(destination.host))
      return { novelty: 'own-resolver', others: [] };
    if (isAddress(host)) return { novelty: 'direct-address', others: [] };
    const others =
      matcher === null ? [...(before.get(placeKey(row)) ?? [])].sort() : matcher.packagesFor(row);
    const isShared = others.some(isManager) || (others.length > 0 && SHARED.has(host));
    if (matcher !== null) {
      if (others.length === 0) return { novelty: 'new-destination', others };
      return { novelty: isShared ? 'allowed-host-new-package' : 'new-package-for-destination', others };
    }
    // Earlier runs don't tell which process without a package went where.
    const isNew = isShared && who.attribution.package !== null && !others.includes(who.word);
    return { novelty: isNew ? 'allowed-host-new-package' : null, others };
  };
}

/** Place → packages that earlier runs have seen there. */
function packagesBefore(history: History): ReadonlyMap<string, ReadonlySet<string>> {
  const packages = new Map<string, Set<string>>();
  for (const { phase, destinations } of history) {
    for (const to of destinations) {
      const place: Place = { phase, host: to.host, port: to.port, protocol: to.protocol };
      const set = packages.get(placeKey(place)) ?? new Set();
      for (const one of to.packages) set.add(one);
      packages.set(placeKey(place), set);
    }
  }
  return packages;
}

/** `(npm)`, not `(process) curl`. */
function isManager(word: string): boolean {
  return word.startsWith('(') && !word.startsWith('(process)');
}
