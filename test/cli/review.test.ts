import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { formatLock } from '../../src/policy/lock-file.js';
import { openStore } from '../../src/store/store.js';
import { lockOf } from '../policy/diff/sides.js';
import { record } from '../report/sample.js';
import { useProject } from './command-project.js';

const ID = '20260102T030405678-9abcdef0';

const project = useProject();
const { egresslock } = project;
beforeEach(() => {
  lock('one.example');
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: project.folder });
  commit();
  lock('two.example');
});

function lock(...hosts: string[]): void {
  const rows = hosts.map((host) => `left install ${host} 443 tls`);
  writeFileSync(join(project.folder, 'egress.lock.json'), formatLock(lockOf(...rows)));
}

function commit(): void {
  const git = ['-c', 'user.name=lab', '-c', 'user.email=lab@lab.example'];
  execFileSync('git', [...git, 'add', '.'], { cwd: project.folder });
  execFileSync('git', [...git, 'commit', '-q', '-m', 'x'], { cwd: project.folder });
}

function keep(id = ID): void {
  const base = record();
  project.keep({ ...base, run: { ...base.run, id } });
}

test('a lock, a run by the beginning of its id, and a commit, each against the other', () => {
  keep();
  expect(egresslock('diff', 'main', './egress.lock.json').stdout).toContain('1 new, 0 changed, 1 gone');
  expect(egresslock('diff', 'egress.lock.json', ID.slice(0, 12)).stdout).toContain(
    '5 new, 0 changed, 1 gone',
  );
  expect(egresslock('diff', 'latest', 'main').stdout).toContain('1 new, 0 changed, 5 gone');
  expect(egresslock('diff', '.egresslock/runs.db', 'latest', '--exit-code')).toMatchObject({ code: 0 });
});

test('what may be two things is neither', () => {
  writeFileSync(join(project.folder, 'main'), 'no lock');
  expect(egresslock('diff', 'main', 'HEAD')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"main" may be the file main or the commit [0-9a-f]{12}; write \.\/main/),
  });
  expect(egresslock('diff', './main', 'HEAD')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('./main: expected JSON in the lock'),
  });
  expect(egresslock('diff', 'refs/heads/main', 'HEAD')).toMatchObject({ code: 0 });
});

test.each([
  ['--', '--output=x', 'HEAD'],
  ['main:package.json', 'HEAD'],
  ['HEAD', 'nowhere'],
  ['', 'HEAD'],
])('diff %s %s: 2', (...words) => {
  expect(egresslock('diff', ...words)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected a lock, a database, a run or a commit'),
  });
});

test('a database without a run of this project, and none of just one other', () => {
  const other = join(project.folder, 'other.db');
  const store = openStore(other);
  for (const [index, name] of ['/a', '/b'].entries()) {
    const base = record();
    const run = { ...base.run, id: `2026010${index + 1}T030405678-9abcdef0`, project: name };
    store.beginRun(run, 'namespaces').finish({ ...base, run });
  }
  store.close();
  expect(egresslock('diff', 'main', 'other.db')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has runs of 2 projects'),
  });
});

test('formats to standard output and to files at once; --json is the format json', () => {
  keep();
  const file = join(project.folder, 'out.sarif');
  const found = egresslock(
    'check',
    '--format',
    'annotations',
    '--output',
    `sarif=${file}`,
    '--output',
    'junit=a=b.xml',
  );
  expect(found.code).toBe(120);
  expect(found.stdout).toMatch(/^(::(error|warning) [^\n]+\n)+$/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: '2.1.0' });
  expect(readFileSync(join(project.folder, 'a=b.xml'), 'utf8')).toContain('<testsuites>');
  expect(egresslock('check', '--json').stdout).toBe(egresslock('check', '--format', 'json').stdout);
  expect(JSON.parse(egresslock('check', '--base', 'main', '--json').stdout)).toMatchObject({
    schemaVersion: 1,
    runs: [{ phase: 'install' }],
    diff: { isPullRequest: true },
  });
  expect(egresslock('show', '--format', 'cyclonedx').stdout).toContain('"specVersion": "1.6"');
  expect(egresslock('diff', 'main', 'egress.lock.json', '--format', 'summary').stdout).toContain('### Gone');
});

test('the lock that the user names is the one of the commit, too', () => {
  keep();
  const other = (host: string): void =>
    writeFileSync(
      join(project.folder, 'other.lock.json'),
      formatLock(lockOf(`left install ${host} 443 tls`)),
    );
  other('three.example');
  commit();
  other('four.example');
  const text = egresslock('check', '--base', 'main', '--lock', 'other.lock.json').stdout;
  expect(text).toContain('gone      three.example:443/tls');
  expect(text).not.toContain('gone      one.example');
});

test.each([
  [['check', '--base', 'nowhere'], 'expected a commit, got "nowhere"'],
  [['check', '--format', 'nosuch'], 'Allowed choices are terminal, json, markdown'],
  [['check', '--output', 'nosuch=x'], 'expected NAME=FILE with one of json, markdown'],
  [['check', '--output', 'sarif'], 'expected NAME=FILE'],
  [['check', '--output', 'sarif=/nowhere/x'], 'expected to write /nowhere/x'],
  [['diff', 'main', 'HEAD', '--format', 'sarif'], 'Allowed choices are terminal, json, markdown, summary'],
])('%j: 2', (args, message) => {
  keep();
  expect(egresslock(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(existsSync(join(project.folder, 'sarif'))).toBe(false);
});

test('without a repository nothing can be compared, and all else works', () => {
  keep();
  rmSync(join(project.folder, '.git'), { recursive: true });
  expect(egresslock('check', '--base', 'main')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected a git repository'),
  });
  expect(egresslock('check', '--format', 'sarif').code).toBe(120);
  expect(egresslock('diff', 'egress.lock.json', 'latest').code).toBe(0);
});
