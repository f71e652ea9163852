import type { Actor, ActorId } from '../../model/actor.js';
import type { Attribution } from '../../model/attribution.js';
import { lockPackage } from '../../model/lock-package.js';
import type { RunRecord } from '../../model/record.js';

/** Whoever an attribution names, in formats for programs. */
export interface Person {
  readonly kind: 'package' | 'manager' | 'process' | 'nobody';
  /** Name of the package or manager; the lock's word without brackets for a process. */
  readonly name: string;
  readonly version: string | null;
  /** Package URL (purl-spec, type npm); null for all but packages. */
  readonly purl: string | null;
}

/** Names whoever is behind the attributions of a run. */
export function personReader(record: RunRecord): (attribution: Attribution) => Person {
  const actors = new Map<ActorId, Actor>(record.actors.map((actor) => [actor.id, actor]));
  return (attribution) => {
    const { package: identity, manager, actorId } = attribution;
    if (identity !== null) {
      const { name, version } = identity;
      return { kind: 'package', name, version, purl: packageUrl(name, version) };
    }
    if (manager !== null) return { kind: 'manager', name: manager, version: null, purl: null };
    const actor = actorId === null ? undefined : actors.get(actorId);
    if (actor === undefined) return { kind: 'nobody', name: 'not attributed', version: null, purl: null };
    const name = lockPackage(attribution, actor).replace('(process) ', '');
    return { kind: 'process', name, version: null, purl: null };
  };
}

/** `pkg:npm/%40scope/name@1.0.0`: the scope is the namespace, each part percent-encoded. */
function packageUrl(name: string, version: string | null): string {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  const namespace = slash === -1 ? '' : `${encoded(name.slice(0, slash))}/`;
  return `pkg:npm/${namespace}${encoded(name.slice(slash + 1))}${version === null ? '' : `@${encoded(version)}`}`;
}

/** As encodeURIComponent, but also of what is no well-formed Unicode, for which that throws. */
export function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
