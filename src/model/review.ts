import type { EgressDiff, Origin } from './diff.js';
import type { Finding, Severity } from './finding.js';
import type { RunRecord } from './record.js';

/** A finding, and what its package is to the change under review. */
export interface ReviewedFinding {
  /** Its message tells the origin, too, where that is known. */
  readonly finding: Finding;
  /** Null where it is of no package, or no package lock was read. */
  readonly origin: Origin | null;
  /** Whether it is at or above the level that fails. */
  readonly isAlert: boolean;
}

export interface ReviewedRun {
  readonly record: RunRecord;
  /** Gravest first. */
  readonly findings: readonly ReviewedFinding[];
}

/** A file that results point into. */
export interface ReviewedFile {
  /** Below the root of the repository, with `/`; below the project's where there is no repository. */
  readonly path: string;
  /** Of its bytes, in hex. */
  readonly sha256: string;
}

/** All that a format is made of: runs with what was found, and what has changed. */
export interface Review {
  /** Of egresslock. */
  readonly version: string;
  /** Sorted by phase. */
  readonly runs: readonly ReviewedRun[];
  /** Null where nothing was compared. */
  readonly diff: EgressDiff | null;
  readonly failOn: Severity;
  /** Whether the runs were held against a lock. */
  readonly isLocked: boolean;
  readonly files: {
    readonly manifest: string;
    readonly packageLock: ReviewedFile | null;
    /** `lines`: see `lockLineKey`; 1-based. */
    readonly egressLock: (ReviewedFile & { readonly lines: ReadonlyMap<string, number> }) | null;
  };
}

/** Key of a row's line in the lock. @param destination As a finding names it */
export function lockLineKey(phase: string, destination: string, packageWord: string): string {
  return [phase, destination, packageWord].join('\0');
}
