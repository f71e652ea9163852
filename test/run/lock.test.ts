import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { fetchManagers } from '../lab/managers.js';
import { makeProject, type Project } from '../lab/project.js';

describeLab('from a first run to a lock, and to a stranger', () => {
  let lab: Lab;
  let project: Project;
  let programs: ReturnType<typeof fetchManagers>;
  const install = () =>
    lab.egresslock(['run', '--phase', 'install', '--', ...project.command], {
      cwd: project.folder,
      env: project.env,
    });
  const egresslock = (...args: string[]) => lab.egresslock(args, { cwd: project.folder });

  beforeAll(async () => {
    programs = fetchManagers();
    lab = await startLab();
    project = makeProject(
      join(lab.folder, 'app'),
      { name: 'npm11', program: programs.npm11 },
      { dependencies: { direct: '1.0.0', top: '1.0.0' } },
    );
  }, 300_000);
  afterAll(() => lab?.stop());

  test('a first run ends well and says what to do', async () => {
    const run = await install();
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('egresslock accept');
  });

  test('accept writes a lock that is made to be read', async () => {
    const accepted = await egresslock('accept');
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).toContain('3 rows added, 0 rows removed');
    expect(readFileSync(join(project.folder, 'egress.lock.json'), 'utf8')).toBe(`{
  "lockVersion": 1,
  "rows": [
    { "package": "(npm)", "phase": "install", "host": "registry.lab.example", "port": 80, "protocol": "http" },
    { "package": "direct", "phase": "install", "host": "direct.collect.lab.example", "port": 80, "protocol": "http" },
    { "package": "leaf", "phase": "install", "host": "leaf.collect.lab.example", "port": 80, "protocol": "http" }
  ]
}
`);
  });

  test('a second run of the same ends with 0', async () => {
    rmSync(join(project.folder, 'node_modules'), { recursive: true });
    expect(await install()).toMatchObject({ code: 0 });
    expect(await egresslock('check')).toMatchObject({ code: 0 });
  });

  test('one more dependency that reaches out ends with 120 and is named', async () => {
    makeProject(
      project.folder,
      { name: 'npm11', program: programs.npm11 },
      { dependencies: { direct: '1.0.0', newcomer: '1.0.0', top: '1.0.0' } },
    );
    const run = await install();
    expect(run.code).toBe(120);
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain(
      'new destination `newcomer.collect.lab.example:80/http` by `newcomer@1.0.0` (postinstall), through `corpus > newcomer`',
    );
    expect(await egresslock('check')).toMatchObject({ code: 120 });
    const explained = await egresslock('explain', 'newcomer');
    expect(explained.stdout).toContain('corpus > newcomer');
  });

  test('the list is exactly what was accepted', async () => {
    const list = await egresslock('allowlist', '--json');
    const { destinations } = JSON.parse(list.stdout);
    expect(
      destinations.map((entry: { host: string; packages: string[] }) => [entry.host, entry.packages]),
    ).toEqual([
      ['direct.collect.lab.example', ['direct']],
      ['leaf.collect.lab.example', ['leaf']],
      ['registry.lab.example', ['(npm)']],
    ]);
  });
});
