import type { Actor } from '../model/actor.js';
import type { Attribution } from '../model/attribution.js';

/** `host:port/protocol`, `host` for a name only looked up; an IPv6 address in brackets (RFC 3986 §3.2.2). */
export function destinationLabel(place: {
  readonly host: string;
  readonly port: number | null;
  readonly protocol: string;
}): string {
  if (place.port === null) return place.host;
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return `${host}:${place.port}/${place.protocol}`;
}

/** `name@version`; null where no package is named. */
export function packageLabel({ package: identity }: Attribution): string | null {
  if (identity === null) return null;
  return identity.version === null ? identity.name : `${identity.name}@${identity.version}`;
}

/** Whoever it was: the package, the package manager, or the process. */
export function whoLabel(attribution: Attribution, actor: Actor | undefined): string {
  const label = packageLabel(attribution) ?? attribution.manager;
  if (label !== null) return label;
  if (actor === undefined) return 'an unknown process';
  const line = actor.argv.join(' ');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line || actor.executable;
}
