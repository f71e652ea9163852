import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { textOf } from '../../attribution/read-file.js';
import type { PackageLockReading } from '../../model/package-lock.js';
import type { RunRecord } from '../../model/record.js';
import { type DiffSide, sideOfLock, sideOfRuns } from '../../policy/diff/side.js';
import { parseLock } from '../../policy/lock-file.js';
import { openStore, type Store } from '../../store/store.js';
import { packageLockIn, packageLockOf } from './project-texts.js';
import type { RepositoryReading } from './repository.js';
import { ReviewError } from './review-error.js';

/** What every database of SQLite begins with (sqlite.org/fileformat2.html §1.3). */
const SQLITE = 'SQLite format 3\0';
/** Runs looked through for the projects of a database. */
const RUNS = 1000;

const NOT_KEPT: PackageLockReading = {
  kind: 'not-read',
  reason: 'no run keeps the package lock of its time',
};

export interface SideContext {
  /** Root of the project. */
  readonly project: string;
  /** Path of the lock below the project, with `/`. */
  readonly lock: string;
  readonly repository: RepositoryReading;
  /** The project's own runs; null where there are none yet. */
  readonly store: Store | null;
  /** The project's package lock as it is now belongs to the head. */
  readonly which: 'base' | 'head';
}

export interface ResolvedSide {
  readonly side: DiffSide;
  readonly isCommit: boolean;
}

/**
 * What a word on the command line names: a file (a lock or a database), a kept run by the beginning of its id, or a
 * commit. @throws ReviewError
 */
export function resolveSide(word: string, context: SideContext): ResolvedSide {
  const path = resolve(word);
  const meanings = [
    ...(isFile(path) ? [{ name: `the file ${word}`, side: () => fileSide(word, path, context) }] : []),
    ...runMeaning(word, context),
    ...commitMeaning(word, context),
  ];
  const [meaning, other] = meanings;
  if (meaning === undefined) {
    throw new ReviewError(
      'not-found',
      `expected a lock, a database, a run or a commit, got ${JSON.stringify(word)}, which is none${hintOf(context)}`,
    );
  }
  if (other !== undefined) {
    throw new ReviewError(
      'ambiguous',
      `${JSON.stringify(word)} may be ${meaning.name} or ${other.name}; write ./${word} for a file, the whole id for a run, refs/heads/${word} for a branch`,
    );
  }
  return meaning.side();
}

function hintOf({ repository }: SideContext): string {
  return repository.kind === 'found'
    ? '; in a shallow clone, git fetch the base first'
    : ` (${repository.reason})`;
}

/**
 * The lock and the package lock of a commit. @throws ReviewError where it has a lock that can't be read, or none and
 * one is needed
 */
export function commitSide(
  label: string,
  commit: string,
  context: SideContext,
  needsLock: boolean,
): DiffSide {
  const { repository: found, lock: path } = context;
  const read = (name: string): string | null =>
    found.kind === 'found' ? found.repository.textAt(commit, name) : null;
  const text = path.startsWith('../') ? null : read(path);
  if (text === null && needsLock)
    throw new ReviewError(
      'not-found',
      `expected ${path} in ${label}, which has none; egresslock accept writes it`,
    );
  const { reading } = packageLockOf(read, (name) => read(name) !== null);
  return sideOfLock(label, text === null ? null : lockFrom(text, `${path} of ${label}`), reading);
}

function runMeaning(word: string, { project, store, which }: SideContext) {
  const record = store === null ? null : store.record(word);
  if (record === null) return [];
  const side = (): ResolvedSide => {
    const reading = which === 'head' ? packageLockIn(project).reading : NOT_KEPT;
    return { side: sideOfRuns(record.run.id, [record], reading), isCommit: false };
  };
  return [{ name: `the run ${record.run.id}`, side }];
}

function commitMeaning(word: string, context: SideContext) {
  const { repository: found } = context;
  const commit = found.kind === 'found' ? found.repository.commitOf(word) : null;
  if (commit === null) return [];
  const side = (): ResolvedSide => ({ side: commitSide(word, commit, context, true), isCommit: true });
  return [{ name: `the commit ${commit.slice(0, 12)}`, side }];
}

function fileSide(word: string, path: string, { project }: SideContext): ResolvedSide {
  const { reading } = packageLockIn(folderOf(path));
  if (beginning(path) === SQLITE) {
    const store = openStore(path);
    try {
      return { side: sideOfRuns(word, latestRuns(store, word, project), reading), isCommit: false };
    } finally {
      store.close();
    }
  }
  const text = textOf(path);
  if (text === null) throw new ReviewError('unreadable', `expected to read a lock or a database at ${word}`);
  return { side: sideOfLock(word, lockFrom(text, word), reading), isCommit: false };
}

/** The latest run of each phase: of this project, or of the only one that the database knows. */
function latestRuns(store: Store, word: string, project: string): RunRecord[] {
  const own = store.latestByPhase(project);
  if (own.length > 0) return own;
  const projects = new Set(store.runs(RUNS).map(({ run }) => run.project));
  const [only] = projects;
  if (only === undefined) throw new ReviewError('not-found', `expected runs in ${word}, found none`);
  if (projects.size > 1) {
    throw new ReviewError(
      'ambiguous',
      `${word} has runs of ${projects.size} projects, and none of ${project}`,
    );
  }
  return store.latestByPhase(only);
}

/** Where the package lock lies that belongs to a file: beside it, or beside its `.egresslock`. */
function folderOf(path: string): string {
  const folder = dirname(path);
  return basename(folder) === '.egresslock' ? dirname(folder) : folder;
}

function lockFrom(text: string, where: string) {
  try {
    return parseLock(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReviewError('unreadable', `${where}: ${reason}`, { cause });
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function beginning(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(SQLITE.length);
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}
