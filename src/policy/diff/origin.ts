import type { DependencyChange, Origin, OriginKind } from '../../model/diff.js';
import type { LockedPackage } from '../../model/package-lock.js';
import { dependencyChange, packagesByName, tellingPackage } from './dependency-change.js';
import { originPhrase } from './origin-phrase.js';
import type { DiffSide } from './side.js';

/** The shortest chain of names from a tree's root to a location; null where there is none. */
export type WhyChain = (side: 'base' | 'head', location: string) => readonly string[] | null;

/** Whoever a row is of, in the lock's word, and what a run knows of it. */
export interface Subject {
  readonly name: string;
  readonly version: string | null;
  readonly location: string | null;
  readonly why: readonly (readonly string[])[];
}

/** @param side Which of the two it was seen on */
export type OriginReader = (subject: Subject, side: 'base' | 'head') => Origin;

/** Ties packages to what has changed between two sides: by their package locks, else as far as their runs tell. */
export function originReader(input: {
  readonly base: DiffSide;
  readonly head: DiffSide;
  readonly whyChain: WhyChain;
  readonly isPullRequest: boolean;
}): OriginReader {
  const { base, head, whyChain, isPullRequest } = input;
  const locks = { base: packagesByName(base.packages), head: packagesByName(head.packages) };
  const roots = new Set(
    [base, head].flatMap(({ packages }) => (packages.kind === 'read' ? [packages.lock.tree.root.name] : [])),
  );
  const talkers = new Set(base.rows.map((row) => row.package));
  const seen = versionsSeen(base);
  return (subject, side) => {
    const { name, version, location } = subject;
    const unphrased = ((): Omit<Origin, 'phrase'> => {
      const bare = {
        package: name,
        version,
        change: { kind: 'unknown' },
        why: subject.why,
        dev: null,
        line: null,
        hasTalked: talkers.has(name),
      } as const;
      if (name.startsWith('('))
        return { ...bare, kind: name.startsWith('(process)') ? 'process' : 'manager' };
      if (location === '' || (location === null && roots.has(name))) return { ...bare, kind: 'project' };
      const locked = dependencyChange(name, side === 'head' ? version : null, locks.base, locks.head);
      const change =
        locked.kind === 'unknown' && side === 'head' ? seenChange(seen.get(name), version) : locked;
      const found = tellingPackage(subject, side === 'head' ? locks.base : locks.head, locks[side]);
      const chain = found === null || subject.why.length > 0 ? null : whyChain(side, found.location);
      return {
        ...bare,
        kind: kindOf(change, found),
        version: version ?? found?.version ?? null,
        change,
        why: chain === null ? subject.why : [chain],
        dev: found?.dev ?? null,
        line: side === 'head' && found !== null ? lineOf(found, change) : null,
      };
    })();
    return { ...unphrased, phrase: originPhrase(unphrased, side, isPullRequest) };
  };
}

/** Package → versions that the side's runs have seen. */
function versionsSeen({ facts }: DiffSide): ReadonlyMap<string, ReadonlySet<string>> {
  const seen = new Map<string, Set<string>>();
  for (const { name, version } of facts.values())
    if (version !== null) seen.set(name, (seen.get(name) ?? new Set()).add(version));
  return seen;
}

/** Without package locks: a package that the base's runs have not seen may have been there in silence. */
function seenChange(before: ReadonlySet<string> | undefined, version: string | null): DependencyChange {
  if (before === undefined || version === null) return { kind: 'unknown' };
  if (before.has(version)) return { kind: 'unchanged', versions: [version] };
  return { kind: 'changed', from: [...before].sort(), to: [version] };
}

function kindOf(change: DependencyChange, found: LockedPackage | null): OriginKind {
  // A workspace's own code lies beside the root's, and in no node_modules.
  if (found !== null && !found.location.includes('node_modules/')) return 'project';
  switch (change.kind) {
    case 'added':
      return 'new-package';
    case 'changed':
      return 'upgraded-package';
    case 'replaced':
      return 'replaced-package';
    case 'removed':
      return 'removed-package';
    case 'unchanged':
      return 'old-package';
    case 'unknown':
      return 'package';
  }
}

/** The line that differs: a review tool that shows only changed lines then shows it. */
function lineOf({ lines }: LockedPackage, change: DependencyChange): number {
  switch (change.kind) {
    case 'changed':
      return lines.version ?? lines.entry;
    case 'replaced':
      return lines.archive ?? lines.entry;
    default:
      return lines.entry;
  }
}
