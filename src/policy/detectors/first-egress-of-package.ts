import { ACCEPT, listed } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Sighting } from './sighting.js';

/**
 * A package that the lock has nowhere, in no phase, and that no earlier run has seen, reaches out. A lock or a history
 * that knows nothing of this phase says nothing: there all packages would be new.
 */
export function firstEgressOfPackage(scene: Scene): Sighting[] {
  const known = knownPackages(scene);
  if (known === null) return [];
  const firsts = new Map<string, Visit[]>();
  for (const visit of scene.visits) {
    const { attribution, label, word } = visit.who;
    if (attribution.package === null || known.has(word)) continue;
    const visits = firsts.get(label) ?? [];
    visits.push(visit);
    firsts.set(label, visits);
  }
  return [...firsts].map(([label, visits]) => ({
    ...textOf(visits),
    rule: 'first-egress-of-package',
    grade: 'high',
    package: label,
    help: `no run before has seen the package reach out: look at what has changed in it; ${ACCEPT}`,
    covers: visits.map((visit) => visit.key),
    narrowed: (kept) => textOf(visits.filter((visit) => kept.has(visit.key))),
  }));
}

function textOf(visits: readonly Visit[]): Pick<Sighting, 'destination' | 'message'> {
  const [first] = visits;
  const places = visits.map((visit) => visit.label);
  return {
    destination: places.length === 1 ? (places[0] ?? null) : null,
    message: `first outbound traffic, to ${listed(places)},${first?.who.by ?? ''}`,
  };
}

/** Names of packages that were seen before, null where nobody has watched this phase. */
function knownPackages({ record, lock, history = [] }: Scene): ReadonlySet<string> | null {
  const { phase } = record.run;
  const isWatched =
    (lock?.rows ?? []).some((row) => row.phase === phase) || history.some((run) => run.phase === phase);
  if (!isWatched) return null;
  return new Set([
    ...(lock?.rows ?? []).map((row) => row.package),
    ...history.flatMap((run) => run.destinations.flatMap((to) => to.packages)),
  ]);
}
