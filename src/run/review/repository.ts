import { execFileSync } from 'node:child_process';
import { ReviewError } from './review-error.js';

/** How long git may take for one answer, in milliseconds. */
const TIMEOUT = 20_000;
/** Bytes of one file of a commit: as much as the readers of locks take. */
const MAXIMUM_BYTES = 64 * 1024 * 1024;
/**
 * What git is asked for: no option (`-`), no path (`:`), no pattern, no blank or control (git-check-ref-format(1)), and
 * no longer than a ref's file name can be. `^`, `~` and `@{…}` lead from a ref to other commits (gitrevisions(7)).
 */
const REVISION = /^(?!-)[^\s:?*[\\\p{Cc}\p{Cf}]{1,255}$/u;

/** The git repository that a project lies in. Only reads: no hook, filter or text conversion of it is run. */
export interface Repository {
  /** Where the project lies below the root: `''`, or a path with `/` at its end. */
  readonly prefix: string;
  /** The commit that a revision names; null where it names none. @throws ReviewError `git` */
  commitOf(revision: string): string | null;
  /**
   * Text of a file of a commit; null where it has none there.
   * @param path Below the project, with `/`
   * @throws ReviewError `git`, `unreadable`
   */
  textAt(commit: string, path: string): string | null;
}

/** What became of the search for a repository. */
export type RepositoryReading =
  | { readonly kind: 'found'; readonly repository: Repository }
  /** In git's own words, one line: there is none, no git, or one that git does not trust its user with. */
  | { readonly kind: 'none'; readonly reason: string };

/** The repository of a folder. @throws ReviewError `git` */
export function openRepository(folder: string): RepositoryReading {
  const { status, stdout, stderr } = git(folder, ['rev-parse', '--show-prefix']);
  if (status !== 0) return { kind: 'none', reason: stderr.trim().split('\n')[0] ?? '' };
  return { kind: 'found', repository: repositoryAt(folder, stdout.replace(/\n$/, '')) };
}

function repositoryAt(folder: string, prefix: string): Repository {
  return {
    prefix,
    commitOf: (revision) => {
      if (!REVISION.test(revision)) return null;
      const answer = git(folder, [
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${revision}^{commit}`,
      ]);
      return answer.status === 0 ? answer.stdout.trim() : null;
    },
    textAt: (commit, path) => {
      const object = `${commit}:./${path}`;
      if (git(folder, ['cat-file', '-e', object]).status !== 0) return null;
      const answer = git(folder, ['cat-file', 'blob', object]);
      if (answer.status === 0) return answer.stdout;
      throw new ReviewError(
        'unreadable',
        `expected to read ${path} of ${commit}: ${answer.stderr.trim() || 'git failed'}`,
      );
    },
  };
}

function git(
  folder: string,
  args: readonly string[],
): { readonly status: number; readonly stdout: string; readonly stderr: string } {
  try {
    const stdout = execFileSync('git', args, {
      cwd: folder,
      timeout: TIMEOUT,
      maxBuffer: MAXIMUM_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
      // No question to a terminal; no fetch of what a partial clone lacks, by whatever program its configuration names; no
      // other object in a commit's place; the same words on each machine. A command may have written all of .git.
      env: {
        ...process.env,
        GIT_TERMINAL_PROMPT: '0',
        GIT_ALLOW_PROTOCOL: 'none',
        GIT_NO_LAZY_FETCH: '1',
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_OPTIONAL_LOCKS: '0',
        LC_ALL: 'C',
      },
    });
    return { status: 0, stdout: stdout.toString(), stderr: '' };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const { status, stderr, code } = cause as Error & { status?: unknown; stderr?: unknown; code?: unknown };
    if (code === 'ENOENT') return { status: 127, stdout: '', stderr: 'git was not found' };
    if (code === 'ETIMEDOUT' || code === 'ENOBUFS') {
      const what = code === 'ETIMEDOUT' ? `${TIMEOUT} ms` : `${MAXIMUM_BYTES} bytes`;
      throw new ReviewError('git', `expected git ${args[0]} to need at most ${what}`, { cause });
    }
    return { status: typeof status === 'number' ? status : 1, stdout: '', stderr: String(stderr ?? '') };
  }
}
