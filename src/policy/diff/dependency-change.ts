import type { DependencyChange } from '../../model/diff.js';
import type { LockedPackage, PackageLockReading } from '../../model/package-lock.js';

/** Packages of a package lock by name; null where it was not read. */
export type PackagesByName = ReadonlyMap<string, readonly LockedPackage[]> | null;

export function packagesByName(reading: PackageLockReading): PackagesByName {
  if (reading.kind !== 'read') return null;
  const byName = new Map<string, LockedPackage[]>();
  for (const one of reading.lock.packages) {
    const list = byName.get(one.name) ?? [];
    byName.set(one.name, list);
    list.push(one);
  }
  return byName;
}

/**
 * What became of a package.
 * @param version The one in question, where a run knows it: other copies of the same name may have changed without it
 */
export function dependencyChange(
  name: string,
  version: string | null,
  base: PackagesByName,
  head: PackagesByName,
): DependencyChange {
  if (base === null || head === null) return { kind: 'unknown' };
  const before = base.get(name) ?? [];
  const after = head.get(name) ?? [];
  const from = versionsOf(before);
  const to = versionsOf(after);
  if (from.length + to.length === 0)
    return before.length + after.length === 0 ? { kind: 'unknown' } : { kind: 'unchanged', versions: [] };
  if (before.length === 0) return { kind: 'added', to: version === null ? to : [version] };
  if (after.length === 0) return { kind: 'removed', from };
  const isSame = version === null ? from.join('\0') === to.join('\0') : from.includes(version);
  if (!isSame) return { kind: 'changed', from, to: version === null ? to : [version] };
  const versions = version === null ? to : [version];
  return {
    kind: versions.some((one) => isReplaced(one, before, after)) ? 'replaced' : 'unchanged',
    versions,
  };
}

/** How many packages, by name, were added, removed, changed and replaced. */
export function countChanges(
  base: PackagesByName,
  head: PackagesByName,
): { added: number; removed: number; changed: number; replaced: number } | null {
  if (base === null || head === null) return null;
  const counts = { added: 0, removed: 0, changed: 0, replaced: 0 };
  for (const name of new Set([...base.keys(), ...head.keys()])) {
    const { kind } = dependencyChange(name, null, base, head);
    if (kind !== 'unchanged' && kind !== 'unknown') counts[kind] += 1;
  }
  return counts;
}

/** The entry of the head that tells the change: one whose version or archive the base has not got. */
export function tellingPackage(
  subject: { readonly name: string; readonly version: string | null; readonly location: string | null },
  base: PackagesByName,
  head: PackagesByName,
): LockedPackage | null {
  const { name, version, location } = subject;
  const candidates = (head?.get(name) ?? []).filter((one) => version === null || one.version === version);
  const placed = candidates.find((one) => one.location === location);
  if (placed !== undefined) return placed;
  const before = base?.get(name) ?? [];
  const isNew = (one: LockedPackage): boolean =>
    !before.some((other) => other.version === one.version && !isOther(other, one));
  return candidates.find(isNew) ?? candidates[0] ?? null;
}

function versionsOf(packages: readonly LockedPackage[]): string[] {
  return [...new Set(packages.flatMap(({ version }) => (version === null ? [] : [version])))].sort();
}

function isReplaced(
  version: string,
  before: readonly LockedPackage[],
  after: readonly LockedPackage[],
): boolean {
  const old = before.filter((one) => one.version === version);
  return after.some(
    (one) => one.version === version && old.length > 0 && old.every((other) => isOther(other, one)),
  );
}

/** Whether two archives are known to be different: only what was named in the same way can be told apart. */
function isOther(one: LockedPackage, other: LockedPackage): boolean {
  if (one.archive === null || other.archive === null || one.archive === other.archive) return false;
  const algorithm = (archive: string): string | undefined => /^sha\d+(?=-)/.exec(archive)?.[0];
  return algorithm(one.archive) === algorithm(other.archive);
}
