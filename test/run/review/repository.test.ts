import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepository, type Repository } from '../../../src/run/review/repository.js';

let folder: string;
let repository: Repository;

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=lab', '-c', 'user.email=lab@lab.example', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  });

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-git-')));
  git('init', '-q', '-b', 'main');
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app', 'here.txt'), 'text\n');
  writeFileSync(join(folder, 'outside.txt'), 'outside\n');
  // A filter of the repository's own would run a program of its choice.
  writeFileSync(join(folder, '.gitattributes'), '*.txt diff=hostile filter=hostile\n');
  git('config', 'diff.hostile.textconv', `touch ${join(folder, 'converted')}; cat`);
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  git('config', 'filter.hostile.smudge', `touch ${join(folder, 'smudged')}; cat`);
  const opened = openRepository(join(folder, 'app'));
  if (opened.kind === 'none') throw new Error(opened.reason);
  repository = opened.repository;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('files of a commit are read below the project, and no program of the repository is run', () => {
  expect(repository.prefix).toBe('app/');
  const commit = repository.commitOf('main') ?? '';
  expect(commit).toBe(git('rev-parse', 'main').trim());
  expect(repository.textAt(commit, 'here.txt')).toBe('text\n');
  expect(repository.textAt(commit, 'outside.txt')).toBeNull();
  expect(repository.textAt(commit, 'nowhere.txt')).toBeNull();
  expect(git('status', '--porcelain', '--ignored')).toBe('');
});

test.each(['HEAD', 'refs/heads/main', 'HEAD^{commit}', 'main@{0}'])('%s is a commit', (revision) => {
  expect(repository.commitOf(revision)).not.toBeNull();
});

test.each([
  ['nothing', ''],
  ['an option', '--git-dir=/'],
  ['an option with a value', '-C/'],
  ['a path', 'main:app/here.txt'],
  ['a message to look for', ':/first'],
  ['a range', 'main..HEAD'],
  ['two words', 'main HEAD'],
  ['two lines', 'main\nHEAD'],
  ['a control', 'main\u0000'],
  ['a direction mark', 'main\u202e'],
  ['a pattern', 'mai*'],
  ['too long a name', 'm'.repeat(300)],
  ['an unknown name', 'nowhere'],
  ['a tree', 'HEAD^{tree}'],
])('%s is none', (_, revision) => {
  expect(repository.commitOf(revision)).toBeNull();
});

test('a folder without a repository has none', () => {
  const bare = mkdtempSync(join(tmpdir(), 'egresslock-bare-'));
  expect(openRepository(bare)).toEqual({
    kind: 'none',
    reason: expect.stringContaining('not a git repository'),
  });
  rmSync(bare, { recursive: true });
});

test('a repository of somebody else is none, in the words of git', () => {
  const other = mkdtempSync(join(tmpdir(), 'egresslock-other-'));
  execFileSync('git', ['init', '-q'], { cwd: other });
  if (process.getuid?.() !== 0) return;
  chownSync(other, 12_345, 12_345);
  expect(openRepository(other)).toEqual({
    kind: 'none',
    reason: expect.stringContaining('dubious ownership'),
  });
  rmSync(other, { recursive: true });
});
