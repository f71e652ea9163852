import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatLock } from '../../src/policy/lock-file.js';
import { openStore } from '../../src/store/store.js';
import { lockOf } from '../policy/diff/sides.js';
import { record } from '../report/sample.js';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');
const ID = '20260102T030405678-9abcdef0';

let project: string;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-review-')));
  writeFileSync(join(project, 'package.json'), '{"name":"app"}');
  lock('one.example');
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: project });
  commit();
  lock('two.example');
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function lock(...hosts: string[]): void {
  const rows = hosts.map((host) => `left install ${host} 443 tls`);
  writeFileSync(join(project, 'egress.lock.json'), formatLock(lockOf(...rows)));
}

function commit(): void {
  const git = ['-c', 'user.name=lab', '-c', 'user.email=lab@lab.example'];
  execFileSync('git', [...git, 'add', '.'], { cwd: project });
  execFileSync('git', [...git, 'commit', '-q', '-m', 'x'], { cwd: project });
}

function keep(id = ID): void {
  const base = record();
  const store = openStore(join(project, '.egresslock', 'runs.db'));
  const whole = { ...base, run: { ...base.run, id, project } };
  const journal = store.beginRun(whole.run, 'namespaces');
  for (const actor of whole.actors) journal.actor(actor);
  for (const event of whole.events) journal.event(event);
  journal.finish(whole);
  store.close();
}

function egresslock(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: project,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
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
  writeFileSync(join(project, 'main'), 'no lock');
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
  const other = join(project, 'other.db');
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
  const file = join(project, 'out.sarif');
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
  expect(readFileSync(join(project, 'a=b.xml'), 'utf8')).toContain('<testsuites>');
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
    writeFileSync(join(project, 'other.lock.json'), formatLock(lockOf(`left install ${host} 443 tls`)));
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
  expect(existsSync(join(project, 'sarif'))).toBe(false);
});

test('without a repository nothing can be compared, and all else works', () => {
  keep();
  rmSync(join(project, '.git'), { recursive: true });
  expect(egresslock('check', '--base', 'main')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected a git repository'),
  });
  expect(egresslock('check', '--format', 'sarif').code).toBe(120);
  expect(egresslock('diff', 'egress.lock.json', 'latest').code).toBe(0);
});
