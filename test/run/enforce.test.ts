import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LockRow } from '../../src/model/lock.js';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

type Place = Pick<LockRow, 'package' | 'host' | 'port' | 'protocol'>;

const CURL = '(process) curl';
const web: Place = { package: CURL, host: 'web.lab.example', port: 80, protocol: 'http' };
const secure: Place = { ...web, port: 443, protocol: 'tls' };

describeLab('enforce', () => {
  let lab: Lab;
  let counter = 0;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  /** Runs a command under a lock of these rows. */
  const enforce = (rows: readonly Place[], command: readonly string[]): Promise<ReportedRun> => {
    counter += 1;
    const cwd = join(lab.folder, `enforced-${counter}`);
    mkdirSync(cwd);
    const whole = rows.map((row) => ({ ...row, phase: 'run' }));
    writeFileSync(join(cwd, 'egress.lock.json'), JSON.stringify({ lockVersion: 1, rows: whole }));
    return observe(lab, command, { cwd, args: ['--mode', 'enforce', '--phase', 'run'] });
  };
  const curl = (...args: string[]) => ['curl', '-sS', '--max-time', '10', ...args];

  test('what is listed passes', async () => {
    const run = await enforce(
      [web, secure],
      ['sh', '-c', 'curl -sS http://web.lab.example/; curl -ksS https://web.lab.example/'],
    );
    expect(run.stdout).toBe('hellohello');
    expect(run.code).toBe(0);
    expect(run.to('web.lab.example').map(({ verdict, port }) => [port, verdict])).toEqual([
      [80, 'allowed'],
      [443, 'allowed'],
    ]);
  });

  test('an empty list allows nothing, and no name is asked of anybody', async () => {
    const before = (await lab.log()).dns.length;
    const run = await enforce([], curl('http://web.lab.example/'));
    expect(run.stderr).toContain('Could not resolve host');
    expect((await lab.log()).dns.slice(before)).toEqual([]);
    expect(run.to('web.lab.example')).toMatchObject([
      { port: null, verdict: 'blocked', failures: ['NXDOMAIN'] },
    ]);
  });
});
