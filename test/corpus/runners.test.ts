import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';
import { fetchClients, makeRunnerProject } from './corpus-project.js';

/** Label → the command that runs its test. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  node: ['node', '--test', 'node.test.js'],
  mocha: ['node', 'node_modules/mocha/bin/mocha.js', 'mocha.spec.js'],
  jest: ['node', 'node_modules/jest/bin/jest.js', '--testRegex', 'jest.jest.js$'],
  forks: ['node', 'node_modules/vitest/vitest.mjs', 'run', '--pool', 'forks', 'forks.vi.ts'],
  threads: ['node', 'node_modules/vitest/vitest.mjs', 'run', '--pool', 'threads', 'threads.vi.ts'],
  tsx: ['node', 'node_modules/tsx/dist/cli.mjs', 'tsx.ts'],
};

describeLab('which package, inside a test runner', () => {
  let lab: Lab;
  let project: string;
  beforeAll(async () => {
    const clients = fetchClients();
    lab = await startLab();
    project = join(lab.folder, 'runners');
    makeRunnerProject(project, clients);
  }, 300_000);
  afterAll(() => lab?.stop());

  test.for(Object.entries(RUNNERS))('%s', { timeout: 120_000 }, async ([label, command]) => {
    const run = await observe(lab, command, { cwd: project, args: ['--phase', 'test'] });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const named = (kind: string): unknown =>
      run
        .to(`${kind}-${label}.collect.lab.example`)
        .flatMap((to) => to.attributions.map((one) => one.package?.name ?? one.evidence));
    expect({ telemetry: named('telemetry'), axios: named('axios'), own: named('own') }).toEqual({
      telemetry: ['telemetry'],
      axios: ['app'],
      own: ['app'],
    });
    expect(run.report.capture.verdict).toBe('complete');
    expect(run.report.findings.filter(({ rule }) => rule === 'hook-lost' || rule === 'forged-frame')).toEqual(
      [],
    );
    // Once it is accepted, each is let out by its own rows.
    await lab.egresslock(['accept', '--db', run.database], { cwd: project });
    const enforced = await observe(lab, command, {
      cwd: project,
      args: ['--phase', 'test', '--mode', 'enforce'],
    });
    expect(enforced.code, enforced.stdout + enforced.stderr).toBe(0);
    rmSync(join(project, 'egress.lock.json'));
    expect(enforced.report.findings).toEqual([]);
  });
});
