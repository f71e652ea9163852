import type { DependencyTree, PackageIdentity } from './package.js';

/** One entry of a package lock. */
export interface LockedPackage extends PackageIdentity {
  readonly dev: boolean;
  /** What its archive is known by: the lock's `integrity`, else `resolved`; null where it has neither. */
  readonly archive: string | null;
  /** 1-based lines of the file; null where the entry has no such member. */
  readonly lines: {
    readonly entry: number;
    readonly version: number | null;
    readonly archive: number | null;
  };
}

/** What a package-lock.json says, as far as changes of egress are tied to it. */
export interface PackageLock {
  /** Sorted by location, the root and links left out. */
  readonly packages: readonly LockedPackage[];
  readonly tree: DependencyTree;
}

/** What became of a package lock that was looked for. */
export type PackageLockReading =
  | { readonly kind: 'read'; readonly lock: PackageLock }
  | { readonly kind: 'absent' }
  /** It is there, and nothing of it is known. */
  | { readonly kind: 'not-read'; readonly reason: string };
