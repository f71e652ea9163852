import type { LockRow } from './lock.js';

/** What became of a package between two package locks; versions are sorted, and those of a name that lies there often are several. */
export type DependencyChange =
  | { readonly kind: 'added'; readonly to: readonly string[] }
  | { readonly kind: 'removed'; readonly from: readonly string[] }
  /** Up or down. */
  | { readonly kind: 'changed'; readonly from: readonly string[]; readonly to: readonly string[] }
  /** The same versions out of other archives, which no registry should ever have. */
  | { readonly kind: 'replaced'; readonly versions: readonly string[] }
  | { readonly kind: 'unchanged'; readonly versions: readonly string[] }
  /** A package lock is missing on one of the sides, or has not got the package. */
  | { readonly kind: 'unknown' };

/** What a row's package is to a change; `package` where the two package locks don't tell. */
export const ORIGIN_KINDS = [
  'new-package',
  'upgraded-package',
  'replaced-package',
  'old-package',
  'removed-package',
  'package',
  'project',
  'manager',
  'process',
] as const;
export type OriginKind = (typeof ORIGIN_KINDS)[number];

/** The change of dependencies that brought a row, or took it away. */
export interface Origin {
  readonly kind: OriginKind;
  /** As a row of the lock names it. */
  readonly package: string;
  /** Of the package in the head, or in the base where it is gone from there; null where several or none are known. */
  readonly version: string | null;
  readonly change: DependencyChange;
  /** Chains of names from the root to the package, shortest first: those of a run, else the package lock's first; empty where nobody knows. */
  readonly why: readonly (readonly string[])[];
  /** Null where no package lock knows it. */
  readonly dev: boolean | null;
  /** 1-based line of the head's package lock that tells the change: of the entry, or of the member that is another. */
  readonly line: number | null;
  /** Whether the base had any row of the package: if not, this is its first call. */
  readonly hasTalked: boolean;
  /**
   * The same for a person: "added in this pull request through `app > y > x`". Names are in backticks, as in a finding's
   * message, and as hostile.
   */
  readonly phrase: string;
}

export interface DiffRow {
  readonly row: LockRow;
  readonly origin: Origin;
  /** Whether no row of the other side has the host. */
  readonly isHostAlone: boolean;
  /** Whether the head's own lock has it; null where it was not held against one, or the row is gone. */
  readonly isAccepted: boolean | null;
}

/** One way to reach a host; a null port is a look-up. */
export type Way = Pick<LockRow, 'port' | 'protocol'>;

/** The same package in the same phase at the same host, by other ports or protocols. */
export interface ChangedRow extends Pick<LockRow, 'package' | 'phase' | 'host'> {
  /** Sorted by port and protocol, as `after`. */
  readonly before: readonly Way[];
  readonly after: readonly Way[];
  readonly origin: Origin;
  /** Whether the head's own lock has all of the new ones; null where it was not held against one. */
  readonly isAccepted: boolean | null;
}

/** What a side was made of, for its reader. */
export interface SideFacts {
  /** As the user named it. */
  readonly label: string;
  readonly source: 'lock' | 'runs' | 'lock and runs' | 'nothing';
  /** Sorted. */
  readonly phases: readonly string[];
  readonly packageLock: 'read' | 'absent' | 'not-read';
  /** Why the package lock was not read; null where it was, or is absent. */
  readonly reason: string | null;
}

/** What is new, gone and changed from a base to a head. */
export interface EgressDiff {
  readonly base: SideFacts;
  readonly head: SideFacts;
  /** Whether the base is a commit, so that what differs is what a pull request would bring. */
  readonly isPullRequest: boolean;
  /** Sorted as the rows of a lock are; so are the others. */
  readonly added: readonly DiffRow[];
  readonly changed: readonly ChangedRow[];
  readonly gone: readonly DiffRow[];
  /** Runs that the base never had. */
  readonly phasesOnlyInHead: readonly string[];
  /** Phases of the base of which the head has no whole run: what is missing of them is not called gone. */
  readonly phasesUnseen: readonly string[];
  /** Numbers of packages; null where not both package locks were read. */
  readonly dependencies: {
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly replaced: number;
  } | null;
}
