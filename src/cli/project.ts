import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../store/make-folder.js';

/** Folder of the nearest package.json at or above a folder; the folder itself where there is none. */
export function projectOf(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return resolve(cwd);
  }
}

/** Where the lock of a project lies. */
export function lockPath(project: string, given: string | undefined): string {
  return given === undefined ? join(project, 'egress.lock.json') : resolve(given);
}

export interface DatabasePath {
  readonly file: string;
  /** Why it is not in the project; null where it is, or where the user chose it. */
  readonly remark: string | null;
}

/**
 * Where the runs of a project are kept: where the user says, else in `.egresslock/` of the project, else, where that
 * can't be written, in the user's state folder (XDG Base Directory Specification).
 */
export function databasePath(
  project: string,
  given: string | undefined,
  environment: NodeJS.ProcessEnv,
): DatabasePath {
  if (given !== undefined) return { file: resolve(given), remark: null };
  const folder = join(project, '.egresslock');
  if (isWritable(folder) || (!existsSync(folder) && isWritable(project))) {
    return { file: join(folder, 'runs.db'), remark: null };
  }
  const state = environment.XDG_STATE_HOME || join(environment.HOME || homedir(), '.local', 'state');
  const file = join(state, 'egresslock', 'runs.db');
  return { file, remark: `${folder} can't be written: the run is kept in ${file}` };
}

/** Makes the project's folder, with a .gitignore of its own so that no run is ever committed. */
export function prepareFolder(file: string): void {
  const folder = dirname(file);
  makeFolder(folder);
  const ignore = join(folder, '.gitignore');
  if (folder.endsWith('/.egresslock') && !existsSync(ignore)) writeFileSync(ignore, '*\n');
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** What most commands are told. */
export interface CommonOptions {
  readonly db?: string;
  readonly lock?: string;
}

/** The project of the working folder, and where its runs are kept. */
export function locate(options: CommonOptions): {
  readonly project: string;
  readonly database: string;
  readonly remark: string | null;
} {
  const project = projectOf(process.cwd());
  const { file, remark } = databasePath(project, options.db, process.env);
  return { project, database: file, remark };
}
