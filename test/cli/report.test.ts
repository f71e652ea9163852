import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';
import { install, lock, tests } from '../report/html/sample-runs.js';
import { useProject } from './command-project.js';

describe('report --html', () => {
  const project = useProject();
  const { egresslock } = project;
  const keep = (...runs: RunRecord[]): void => runs.forEach(project.keep);
  const written = (): string => readFileSync(join(project.folder, 'page.html'), 'utf8');

  test('writes the latest run of each phase, held against the lock as it is now', () => {
    keep(install, tests);
    writeFileSync(join(project.folder, 'egress.lock.json'), JSON.stringify(lock));
    expect(egresslock('report', '--html', 'page.html')).toEqual({ code: 0, stdout: '', stderr: '' });
    const page = written();
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page.includes('Outbound traffic of 2 runs')).toBe(true);
    // No finding was kept with the runs.
    expect(page.includes('first outbound traffic, to <code>203.0.113.66:8443/tls</code>')).toBe(true);
    expect(page.includes(project.folder)).toBe(false);
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
    writeFileSync(join(project.folder, 'egress.lock.json'), '{');
    expect(egresslock('report', '--html', 'page.html')).toMatchObject({ code: 2 });
  });
});
