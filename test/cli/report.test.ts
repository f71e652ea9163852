import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';
import { openStore } from '../../src/store/store.js';
import { install, lock, tests } from '../report/html/sample-runs.js';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

describe('report --html', () => {
  let project: string;
  beforeEach(() => {
    project = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-report-')));
    writeFileSync(join(project, 'package.json'), '{"name":"app"}');
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const egresslock = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: project,
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };
  const keep = (...runs: RunRecord[]): void => {
    const store = openStore(join(project, '.egresslock', 'runs.db'));
    for (const run of runs) {
      const whole = { ...run, run: { ...run.run, project } };
      const journal = store.beginRun(whole.run, 'namespaces');
      for (const actor of whole.actors) journal.actor(actor);
      for (const event of whole.events) journal.event(event);
      journal.finish(whole);
    }
    store.close();
  };
  const written = (): string => readFileSync(join(project, 'page.html'), 'utf8');

  test('writes the latest run of each phase, held against the lock as it is now', () => {
    keep(install, tests);
    writeFileSync(join(project, 'egress.lock.json'), JSON.stringify(lock));
    expect(egresslock('report', '--html', 'page.html')).toEqual({ code: 0, stdout: '', stderr: '' });
    const page = written();
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page.includes('Outbound traffic of 2 runs')).toBe(true);
    // No finding was kept with the runs.
    expect(page.includes('first outbound traffic, to <code>203.0.113.66:8443/tls</code>')).toBe(true);
    expect(page.includes(project)).toBe(false);
    expect(egresslock('report', '--html', '-').stdout === page).toBe(true);
  });

  test('writes the runs that are named, each once, in that order', () => {
    keep(install, tests);
    const { stdout } = egresslock(
      'report',
      tests.run.id,
      'latest',
      install.run.id.slice(0, 18),
      '--html',
      '-',
    );
    expect(stdout.includes('Outbound traffic of 2 runs')).toBe(true);
    expect(stdout.indexOf('npm test') < stdout.indexOf('npm ci')).toBe(true);
    expect(
      egresslock('report', install.run.id, '--html', '-').stdout.includes('Outbound traffic of npm ci'),
    ).toBe(true);
  });

  test('without a lock nothing is called new', () => {
    keep(install);
    const { stdout } = egresslock('report', '--html', '-');
    expect(stdout.includes('There is no lock to compare with')).toBe(true);
    expect(stdout.includes('"isNew":true')).toBe(false);
  });

  test('what can not be read or written is said, with 2', () => {
    expect(egresslock('report', '--html', 'page.html')).toMatchObject({ code: 2, stdout: '' });
    keep(install);
    expect(egresslock('report')).toMatchObject({ code: 2 });
    expect(egresslock('report', 'nosuchrun', '--html', 'page.html').stderr).toContain(
      'expected a run nosuchrun',
    );
    expect(egresslock('report', '--html', 'no/such/folder/page.html').stderr).toContain('expected to write');
    expect(egresslock('report', '--html', '-', '--lock', 'none.json').stderr).toContain('expected a lock');
    writeFileSync(join(project, 'egress.lock.json'), '{');
    expect(egresslock('report', '--html', 'page.html')).toMatchObject({ code: 2 });
  });
});
