import type { Actor } from '../model/actor.js';
import type { Attribution } from '../model/attribution.js';
import type { Destination } from '../model/destination.js';
import type { PackageIdentity } from '../model/package.js';
import { asciiText, plainText } from './plain-text.js';

type Place = Pick<Destination, 'host' | 'port'>;

/** `x.example:443`, `[2001:db8::1]:443` (RFC 3986 §3.2.2), or the host alone where it was only looked up. */
export function placeText(place: Place): string {
  const host = asciiText(place.host);
  if (place.port === null) return host;
  return `${host.includes(':') ? `[${host}]` : host}:${place.port}`;
}

/** `left@1.2.4`; `left` where it has no version. */
export function packageText(identity: Pick<PackageIdentity, 'name' | 'version'>): string {
  return plainText(identity.version === null ? identity.name : `${identity.name}@${identity.version}`);
}

export function commandText(argv: readonly string[]): string {
  return plainText(argv.join(' '));
}

/** A dependency chain from the root: `app > right > left`. */
export function chainText(chain: readonly string[]): string {
  return plainText(chain.join(' > '));
}

/** Who an attribution names, in words that never claim more than its evidence. `actor` is the attribution's own. */
export function whoText(attribution: Attribution, actor: Actor | undefined): string {
  if (attribution.package !== null) return packageText(attribution.package);
  if (attribution.manager !== null) return `${plainText(attribution.manager)} (package manager)`;
  if (attribution.evidence === 'unattributed') return 'not attributed';
  return actor === undefined ? 'a process, no package known' : `process ${commandText(actor.argv)}`;
}
