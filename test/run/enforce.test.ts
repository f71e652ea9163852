import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCK_VERSION, type Lock, type LockRow } from '../../src/model/lock.js';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { fetchManagers } from '../lab/managers.js';
import { collectorOf } from '../lab/packages.mjs';
import { makeProject, type Project } from '../lab/project.js';
import { observe, type ReportedRun } from '../lab/report.js';

const row = (name: string, host: string): LockRow => ({
  package: name,
  phase: 'install',
  host,
  port: 80,
  protocol: 'http',
});
const REGISTRY = row('(npm)', 'registry.lab.example');

/** Two packages reach out at install, each to a host of its own. */
describeLab('enforce, by package', () => {
  let lab: Lab;
  let project: Project;
  beforeAll(async () => {
    const { npm11 } = fetchManagers();
    lab = await startLab();
    project = makeProject(
      join(lab.folder, 'app'),
      { name: 'npm11', program: npm11 },
      { dependencies: { direct: '1.0.0', leaf: '1.0.0', 'empty-environment': '1.0.0' } },
    );
  }, 300_000);
  afterAll(() => lab?.stop());

  const install = (rows: readonly LockRow[]): Promise<ReportedRun> => {
    rmSync(join(project.folder, 'node_modules'), { recursive: true, force: true });
    const lock: Lock = { lockVersion: LOCK_VERSION, rows };
    writeFileSync(join(project.folder, 'egress.lock.json'), JSON.stringify(lock));
    const args = ['--mode', 'enforce', '--phase', 'install'];
    // npm tries a registry again after ten seconds and after a minute.
    const env = { ...project.env, npm_config_fetch_retries: '0' };
    return observe(lab, project.command, { cwd: project.folder, env, args });
  };
  const verdicts = (run: ReportedRun) =>
    Object.fromEntries(run.report.destinations.map(({ host, verdict }) => [host, verdict]));
  const requests = async (): Promise<string[]> => (await lab.log()).http.map(({ host }) => host);

  test('each gets what it was allowed, and nobody what another was', async () => {
    const run = await install([
      REGISTRY,
      row('direct', collectorOf('direct')),
      row('empty-environment', collectorOf('empty-environment')),
      // In the list, but for somebody else.
      row('direct', collectorOf('leaf')),
    ]);
    expect(verdicts(run)).toEqual({
      'registry.lab.example': 'allowed',
      [collectorOf('direct')]: 'allowed',
      [collectorOf('empty-environment')]: 'allowed',
      [collectorOf('leaf')]: 'blocked',
    });
    expect(run.code).toBe(120);
    const seen = await requests();
    expect(seen).toContain(collectorOf('direct'));
    expect(seen).toContain(collectorOf('empty-environment'));
    expect(seen).not.toContain(collectorOf('leaf'));
  });

  test('where all of it is listed, the install is like any other', async () => {
    const run = await install([
      REGISTRY,
      ...['direct', 'leaf', 'empty-environment'].map((name) => row(name, collectorOf(name))),
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(new Set(Object.values(verdicts(run)))).toEqual(new Set(['allowed']));
    expect(run.report.capture.verdict).toBe('complete');
  });

  test('a registry that is not listed is not reached, at once', async () => {
    // npm would take all of it from its cache.
    rmSync(`${project.folder}-state`, { recursive: true, force: true });
    const before = (await lab.log()).dns.length;
    const run = await install([]);
    expect(run.code).not.toBe(0);
    expect(verdicts(run)).toEqual({ 'registry.lab.example': 'blocked' });
    expect((await lab.log()).dns.length).toBe(before);
  });

  test('without a lock nothing is allowed', async () => {
    rmSync(join(project.folder, 'egress.lock.json'));
    const run = await observe(lab, ['curl', '-sS', 'http://web.lab.example/'], {
      cwd: project.folder,
      args: ['--mode', 'enforce'],
    });
    expect(run.code).toBe(6);
    expect(run.to('web.lab.example')).toMatchObject([{ port: null, verdict: 'blocked' }]);
    expect(readFileSync(join(project.folder, 'package.json'), 'utf8')).toContain('leaf');
  });
});
