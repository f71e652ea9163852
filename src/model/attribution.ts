import type { ActorId } from './actor.js';
import type { PackageIdentity } from './package.js';

/** What carried an attribution, strongest first. Where evidence ends, so does the attribution. */
export const EVIDENCE = [
  'stack+hash',
  'exec-lineage',
  'stack',
  'async-context',
  'package-manager',
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
}
