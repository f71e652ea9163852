import { compareBy } from '../../model/compare.js';
import { jsonPlaces } from '../../model/json-places.js';
import type { LockedPackage, PackageLockReading } from '../../model/package-lock.js';
import { type Entry, isEntry, packageName, textOf } from './entry.js';
import { lockedTree } from './locked-tree.js';

/** Characters of a package lock, at most: six times the largest that are known. */
const MAXIMUM_CHARACTERS = 64 * 1024 * 1024;
/** Entries, at most: five times those of the largest known locks. */
const MAXIMUM_ENTRIES = 50_000;
/** Versions of npm's format that have the member "packages" (npm's documentation, package-lock.json). */
const VERSIONS: readonly unknown[] = [2, 3];

/** Reads the text of a package-lock.json or npm-shrinkwrap.json; total, and never throws. */
export function readPackageLock(text: string): PackageLockReading {
  if (text.length > MAXIMUM_CHARACTERS)
    return notRead(`it has ${text.length} characters, and at most ${MAXIMUM_CHARACTERS} are read`);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return notRead('it is not JSON');
  }
  if (!isEntry(value)) return notRead('it is not a JSON object');
  const { lockfileVersion, packages } = value;
  if (!VERSIONS.includes(lockfileVersion) || !isEntry(packages)) {
    return notRead(
      'it is not of lockfileVersion 2 or 3; npm install --package-lock-only --lockfile-version 3 makes it so',
    );
  }
  const entries = new Map(
    Object.entries(packages).filter((member): member is [string, Entry] => isEntry(member[1])),
  );
  if (entries.size > MAXIMUM_ENTRIES)
    return notRead(`it has ${entries.size} packages, and at most ${MAXIMUM_ENTRIES} are read`);
  return { kind: 'read', lock: { packages: lockedPackages(entries, text), tree: lockedTree(entries) } };
}

function lockedPackages(entries: ReadonlyMap<string, Entry>, text: string): LockedPackage[] {
  const lines = new Map<string, number>();
  for (const { path, line } of jsonPlaces(text, 3))
    if (path[0] === 'packages') lines.set(path.slice(1).join('\0'), line);
  const found: LockedPackage[] = [];
  for (const [location, entry] of entries) {
    if (location === '' || entry.link === true) continue;
    const lineOf = (member: string): number | null => lines.get(`${location}\0${member}`) ?? null;
    const integrity = textOf(entry.integrity);
    found.push({
      name: packageName(location, entry),
      version: textOf(entry.version),
      location,
      dev: entry.dev === true || entry.devOptional === true,
      archive: integrity ?? textOf(entry.resolved),
      lines: {
        entry: lines.get(location) ?? 1,
        version: lineOf('version'),
        archive: lineOf(integrity === null ? 'resolved' : 'integrity'),
      },
    });
  }
  return found.sort(compareBy((one) => one.location));
}

function notRead(reason: string): PackageLockReading {
  return { kind: 'not-read', reason };
}
