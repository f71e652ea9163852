import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';
import { record } from '../report/sample.js';
import { useProject } from './command-project.js';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

describe('commands that read what was kept', () => {
  const project = useProject();
  const { egresslock } = project;
  const keep = (change: (whole: RunRecord) => RunRecord = (whole) => whole): RunRecord =>
    project.keep(change(record()));
  const lockFile = () => join(project.folder, 'egress.lock.json');

  test('runs and show, for people and for programs', () => {
    const { run } = keep();
    expect(egresslock('runs').stdout).toContain(run.id);
    expect(JSON.parse(egresslock('runs', '--json').stdout).runs).toHaveLength(1);
    expect(egresslock('show').stdout).toContain('x.example');
    expect(JSON.parse(egresslock('show', run.id, '--json').stdout)).toMatchObject({
      schemaVersion: 1,
      run: { id: run.id },
    });
    expect(egresslock('show', 'nosuchrun')).toMatchObject({ code: 2 });
    const unlocked = egresslock('show', '--lock', 'nosuch.json');
    expect(unlocked).toMatchObject({ code: 2, stdout: '' });
    expect(unlocked.stderr).toContain('expected a lock at');
  });

  test('accept, then check: 0; a stranger: 120; an incomplete capture: 121', () => {
    keep();
    expect(egresslock('check')).toMatchObject({ code: 2 });
    expect(egresslock('accept')).toMatchObject({ code: 0 });
    expect(readFileSync(lockFile(), 'utf8')).toContain('"host": "x.example"');
    expect(egresslock('check')).toMatchObject({ code: 0 });
    const lock = JSON.parse(readFileSync(lockFile(), 'utf8'));
    const without = { ...lock, rows: lock.rows.filter((row: { host: string }) => row.host !== 'x.example') };
    writeFileSync(lockFile(), JSON.stringify(without));
    const found = egresslock('check');
    expect(found.code).toBe(120);
    expect(found.stdout).toContain('new destination `x.example:443/tls` by `left@1.2.4`');
    expect(egresslock('check', '--fail-on', 'critical')).toMatchObject({ code: 0 });
    expect(JSON.parse(egresslock('check', '--json').stdout).runs[0].findings[0].rule).toBe('new-destination');
    keep((whole) => ({
      ...whole,
      run: { ...whole.run, id: '20270102T030405678-9abcdef0' },
      capture: { ...whole.capture, verdict: 'partial', reasons: [{ code: 'gateway-lost', message: 'gone' }] },
    }));
    expect(egresslock('check')).toMatchObject({ code: 121 });
  });

  test('allowlist says what nobody has accepted yet', () => {
    keep();
    const before = egresslock('allowlist');
    expect(before.stderr).toContain('accepted by nobody');
    egresslock('accept');
    const after = egresslock('allowlist', '--json');
    expect(after.stderr).toBe('');
    expect(JSON.parse(after.stdout).destinations.map((entry: { host: string }) => entry.host)).toContain(
      'x.example',
    );
    const empty = egresslock('allowlist', '--json', '--phase', 'test');
    expect(JSON.parse(empty.stdout).destinations).toEqual([]);
    expect(empty.stderr).toContain('nothing is known of phase test; there are install');
  });

  test('explain finds hosts and packages, and ends with 1 where nothing is known', () => {
    keep();
    expect(egresslock('explain', 'x.example').stdout).toContain('left@1.2.4');
    expect(egresslock('explain', 'left').stdout).toContain('x.example');
    expect(JSON.parse(egresslock('explain', 'left', '--json').stdout)).toMatchObject({ schemaVersion: 1 });
    expect(egresslock('explain', 'nobody')).toMatchObject({ code: 1 });
  });

  test.for([
    { args: ['--help'], code: 0 },
    { args: ['--version'], code: 0 },
    { args: ['run', '--help'], code: 0 },
    { args: ['nosuch'], code: 2 },
    { args: ['run'], code: 2 },
    { args: ['run', '--phase', 'two words', '--', 'true'], code: 2 },
    { args: ['run', '--fail-on', 'sometimes', '--', 'true'], code: 2 },
    { args: ['runs', '--limit', '0'], code: 2 },
    { args: ['runs'], code: 2 },
    { args: ['check', '--json', '--nosuch'], code: 2 },
  ])('$args: $code', ({ args, code }) => {
    expect(egresslock(...args).code).toBe(code);
  });

  test('a lock that can not be read is never an empty one', () => {
    keep();
    writeFileSync(lockFile(), '{"lockVersion":1,"rows":[{}]}');
    for (const command of ['check', 'accept', 'allowlist'])
      expect(egresslock(command)).toMatchObject({ code: 2 });
    expect(readFileSync(lockFile(), 'utf8')).toBe('{"lockVersion":1,"rows":[{}]}');
  });

  test('a reader that goes early is no error', () => {
    keep();
    const { stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${MAIN}" show --json | head -c 10 > /dev/null`],
      { cwd: project.folder, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
  });

  test('a database that is none is said to be none', () => {
    const file = join(project.folder, 'other.db');
    writeFileSync(file, 'no database at all, but some text of a length '.repeat(50));
    expect(egresslock('runs', '--db', file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected an egresslock database'),
    });
    expect(existsSync(`${file}-wal`)).toBe(false);
  });
});
