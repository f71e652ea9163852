import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Finding, Severity } from '../../model/finding.js';
import type { Lock } from '../../model/lock.js';
import type { PackageLockReading } from '../../model/package-lock.js';
import type { RunRecord } from '../../model/record.js';
import type { Review } from '../../model/review.js';
import { diffEgress } from '../../policy/diff/diff-egress.js';
import { originReader } from '../../policy/diff/origin.js';
import { type DiffSide, joinSides, sideOfLock, sideOfRuns } from '../../policy/diff/side.js';
import { lockLines } from '../../policy/review/lock-lines.js';
import { reviewRun } from '../../policy/review/review-run.js';
import { chainsIn } from './chains-in.js';
import { packageLockIn, sha256 } from './project-texts.js';
import { openRepository, type RepositoryReading } from './repository.js';
import { commitSide } from './resolve-side.js';
import { ReviewError } from './review-error.js';

export interface ReviewInput {
  readonly version: string;
  /** Root of the project. */
  readonly project: string;
  /** Where the lock lies. */
  readonly lockPath: string;
  /** What it says; null where there is none. */
  readonly lock: Lock | null;
  readonly failOn: Severity;
  /** Revision to compare with; null where nothing is compared. */
  readonly base: string | null;
}

/** A run, and what was found. */
export interface ReviewResult {
  readonly record: RunRecord;
  readonly findings: readonly Finding[];
}

/** Lays runs and their findings out for the formats. */
export type Reviewer = (results: readonly ReviewResult[]) => Review;

/**
 * Reads the project's files and those of its base now, and lays out for the formats what is found later: a command that
 * runs in between may change each of them, and git's own configuration. @throws ReviewError
 */
export function prepareReview(input: ReviewInput): Reviewer {
  const { project, lockPath, lock, base } = input;
  const found = openRepository(project);
  const packageLock = packageLockIn(project);
  const before =
    base === null ? sideOfLock('nothing', null, { kind: 'absent' }) : baseSide(base, input, found);
  const prefix = found.kind === 'found' ? found.repository.prefix : '';
  const files: Review['files'] = {
    manifest: `${prefix}package.json`,
    packageLock:
      packageLock.file === null
        ? null
        : { path: `${prefix}${packageLock.file.name}`, sha256: packageLock.file.sha256 },
    egressLock: lock === null ? null : lockFile(lockPath, `${prefix}${belowProject(project, lockPath)}`),
  };
  return (results) => review(input, { before, packages: packageLock.reading, files }, results);
}

interface ReviewedFiles {
  readonly before: DiffSide;
  readonly packages: PackageLockReading;
  readonly files: Review['files'];
}

function review(
  { version, lock, failOn, base }: ReviewInput,
  { before, packages, files }: ReviewedFiles,
  results: readonly ReviewResult[],
): Review {
  const records = results.map(({ record }) => record);
  const head = joinSides(
    sideOfLock('the working tree', lock, packages),
    sideOfRuns('the working tree', records, packages),
  );
  const whyChain = chainsIn({ base: before.packages, head: head.packages });
  const originOf = originReader({ base: before, head, whyChain, isPullRequest: true });
  return {
    version,
    runs: results.map(({ record, findings }) =>
      reviewRun(record, findings, { originOf, isPullRequest: base === null ? null : true, failOn }),
    ),
    diff: base === null ? null : diffEgress({ base: before, head, whyChain, isPullRequest: true, lock }),
    failOn,
    isLocked: lock !== null,
    files,
  };
}

function baseSide(base: string, { project, lockPath }: ReviewInput, found: RepositoryReading): DiffSide {
  if (found.kind === 'none')
    throw new ReviewError('git', `expected a git repository around ${project}: ${found.reason}`);
  const { repository } = found;
  const commit = repository.commitOf(base);
  if (commit === null) {
    throw new ReviewError(
      'not-found',
      `expected a commit, got ${JSON.stringify(base)}, which names none here; in a shallow clone, git fetch it first`,
    );
  }
  const context = {
    project,
    lock: belowProject(project, lockPath),
    repository: found,
    store: null,
    which: 'base',
  } as const;
  return commitSide(base, commit, context, false);
}

function lockFile(path: string, shown: string): Review['files']['egressLock'] {
  const text = readFileSync(path, 'utf8');
  return { path: shown, sha256: sha256(text), lines: lockLines(text) };
}

/** Path below the project, with `/`; one that leads out of it begins with `../`. */
export function belowProject(project: string, path: string): string {
  return relative(project, join(path));
}
