import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../../lab/lab.js';
import { type Container, containerCommand, OWN_PROFILE, VENDORS_PROFILE } from './oci-bundle.js';

const ROOT: Container = {
  uid: 0,
  capAdd: ['SYS_ADMIN', 'NET_ADMIN'],
  seccomp: OWN_PROFILE,
  areSystemPathsUnconfined: false,
};
const USER: Container = { uid: 1001, capAdd: [], seccomp: OWN_PROFILE, areSystemPathsUnconfined: true };

describeLab('in a container', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const inside = (name: string, container: Container, args: readonly string[]) =>
    lab.exec(containerCommand(lab.folder, name, container, [process.execPath, MAIN, ...args]));

  test.for([
    ['root', ROOT],
    ['user', USER],
  ] as const)('as %s, as the README says, all is seen and named', async ([name, container]) => {
    const file = join(lab.folder, name, 'work/report.json');
    const fetch =
      "require('http').get('http://web.lab.example/', (answer) => answer.resume().on('end', () => console.log('end')))";
    const run = await inside(name, container, ['run', '--json', file, '--', process.execPath, '-e', fetch]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toBe('end\n');
    const { capture, destinations } = JSON.parse(readFileSync(file, 'utf8'));
    expect(capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
    expect(destinations).toMatchObject([
      { host: 'web.lab.example', port: 80, protocol: 'http', attributions: [{ evidence: 'process-only' }] },
    ]);
  });

  test('where the runtime keeps sockets of other processes away, nothing is run, and doctor says what helps', async () => {
    const container = { ...ROOT, seccomp: VENDORS_PROFILE };
    const run = await inside('vendors', container, ['run', '--', 'touch', join(lab.folder, 'was-run')]);
    expect(run.code).toBe(122);
    expect(run.stderr).toContain('pidfd_getfd(2)');
    const doctor = await inside('doctor', container, ['doctor', '--json']);
    expect(doctor.code).toBe(122);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ schemaVersion: 1, backend: null });
    expect(doctor.stdout).toContain('pidfd_getfd(2)');
    const withPtrace = { ...container, seccomp: OWN_PROFILE, capAdd: [...ROOT.capAdd, 'SYS_PTRACE'] };
    expect((await inside('ptrace', withPtrace, ['doctor'])).code).toBe(0);
  });
});
