import type { ActorId } from './actor.js';
import type { PackageIdentity } from './package.js';

/** What carried an attribution, strongest first. Where evidence ends, so does the attribution. */
export const EVIDENCE = [
  'stack+hash',
  'exec-lineage',
  'stack',
  'async-context',
  'package-manager',
  'native',
  'process-only',
  'unattributed',
] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** What the environment of a script said against what stood on disk. */
export interface Contradiction {
  readonly field: 'name' | 'version' | 'location';
  readonly claimed: string;
  readonly witnessed: string;
}

/** One frame of a stack, placed in the tree. */
export interface StackFrame {
  /** Null where the code belongs to no package: evaluated text, or a file that nobody can find. */
  readonly package: PackageIdentity | null;
  /** Path below the package, with `/`; the script's own name where there is no package. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly function: string | null;
  /**
   * Path, below the project, of the bundle that this code ran in; null for a file of its own. Where the bundle says of
   * which file the code was made, `package`, `path` and `line` are that file's, else its own.
   */
  readonly bundle: string | null;
  /** True where the code that ran is the file on disk, by its SHA-256; false for transpiled and for forged code. */
  readonly isFile: boolean;
}

/** A known HTTP client that stands between a connection and its cause. */
export interface StackClient extends PackageIdentity {
  /** As in an attribution. */
  readonly why: readonly (readonly string[])[];
}

/** Who stands on a stack, in the three senses of "who made this connection". */
export interface StackRoles {
  /** Nearest package: often an HTTP client. */
  readonly sink: PackageIdentity;
  /** First package beyond known HTTP clients: the one to ask. Null where the stack has none. */
  readonly cause: PackageIdentity | null;
  /** Outermost package, test runners left out. */
  readonly entry: PackageIdentity;
  /** Known HTTP clients that the cause has called to get there, the one that it called itself first. */
  readonly clients: readonly StackClient[];
  /** Innermost first. */
  readonly frames: readonly StackFrame[];
}

/** The answer for one actor: event → actor → package. */
export interface Attribution {
  /** Null only with evidence `unattributed`. */
  readonly actorId: ActorId | null;
  /** Null with evidence `package-manager`, `process-only` and `unattributed`. */
  readonly package: PackageIdentity | null;
  readonly evidence: Evidence;
  /** Name of the package manager where evidence is `package-manager`. */
  readonly manager: string | null;
  /** Lifecycle event such as `postinstall`, null where there is none. */
  readonly lifecycle: string | null;
  /** The script's text, null where there is none. */
  readonly script: string | null;
  /** Chains of `name` from the root to the package, shortest first; empty where no tree knows the package. */
  readonly why: readonly (readonly string[])[];
  readonly contradictions: readonly Contradiction[];
  /** Present where the code inside a node process is known; `package` is its cause then. */
  readonly stack: StackRoles | null;
}

/** The attribution of events that no actor could be tied to. */
export const UNATTRIBUTED: Attribution = {
  actorId: null,
  package: null,
  evidence: 'unattributed',
  manager: null,
  lifecycle: null,
  script: null,
  why: [],
  contradictions: [],
  stack: null,
};
