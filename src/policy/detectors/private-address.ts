import { canonicalHost, isAddress } from '../canonical-host.js';
import { isPrivateName, privateKind } from './address-kind.js';
import { ACCEPT } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

const NONE: ReadonlySet<string> = new Set();

/**
 * A public name that led into a private network (DNS rebinding does that), or a connection to a private address by
 * itself. The lock has no addresses: an accepted name is left alone unless it leads to a public address as well, or did
 * so in earlier runs and to no private one.
 */
export function privateAddress(scene: Scene): Sighting[] {
  const answers = answersByName(scene);
  const before = addressesBefore(scene);
  return scene.visits.flatMap((visit) => {
    // What a sinkhole answers leads nowhere.
    if (visit.destination.verdict === 'sunk') return [];
    const found = isAddress(visit.host)
      ? ofAddress(visit)
      : ofName(visit, answers.get(visit.host) ?? NONE, before.get(visit.host) ?? []);
    return found === null
      ? []
      : [
          visitSighting(visit, 'private-address', {
            message: `\`${visit.label}\` ${found},${visit.who.by}`,
            help: `the network of this machine can be reached that way; privateAddresses: block refuses it in enforce mode; ${ACCEPT}`,
          }),
        ];
  });
}

function ofAddress(visit: Visit): string | null {
  const kind = privateKind(visit.host);
  return kind === null || kind.isLoopback || visit.isAccepted ? null : `is ${kind.text}`;
}

function ofName(visit: Visit, answers: ReadonlySet<string>, before: readonly string[]): string | null {
  if (isPrivateName(visit.host)) return null;
  const addresses = [...new Set([...visit.destination.addresses, ...answers])].sort();
  const kinds = addresses.map((address) => privateKind(address));
  const kind = kinds.find((one) => one !== null);
  if (kind == null) return null;
  const isPublicToo = kinds.includes(null);
  const wasPublic = before.length > 0 && before.every((address) => privateKind(address) === null);
  if (visit.isAccepted && !isPublicToo && !wasPublic) return null;
  return `is a public name that led to \`${addresses[kinds.indexOf(kind)]}\`, ${kind.text}`;
}

function answersByName({ queries }: Scene): ReadonlyMap<string, ReadonlySet<string>> {
  const answers = new Map<string, Set<string>>();
  const byName = new Map<string, Set<string>>();
  for (const { name, type, verdict, answers: found } of queries) {
    if (verdict !== 'allowed' || (type !== 'A' && type !== 'AAAA')) continue;
    let known = byName.get(name);
    if (known === undefined) {
      const host = canonicalHost(name);
      known = answers.get(host) ?? new Set();
      answers.set(host, known);
      byName.set(name, known);
    }
    // A filter refuses a name by the unspecified address, which is neither public nor private.
    for (const address of found) if (address !== '0.0.0.0' && address !== '::') known.add(address);
  }
  return answers;
}

function addressesBefore({ history = [] }: Scene): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, string[]>();
  for (const to of history.flatMap((run) => run.destinations)) {
    const list = addresses.get(to.host) ?? [];
    list.push(...to.addresses);
    addresses.set(to.host, list);
  }
  return addresses;
}
