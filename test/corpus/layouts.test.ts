import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { fetchManagers, type ManagerName } from '../lab/managers.js';
import { makeProject } from '../lab/project.js';
import { observe, type ReportedRun } from '../lab/report.js';

/** Loads a file of `leaf`, which only `middle` may load, which only `top` may load; it calls the host. */
const TEST = `
const { createRequire } = require('node:module');
// Where symlinks are preserved, a package of pnpm's finds what it needs from its own folder alone.
const { realpathSync } = require('node:fs');
const top = createRequire(realpathSync(require.resolve('top')));
const middle = createRequire(realpathSync(top.resolve('middle')));
process.argv[2] = 'layout.collect.lab.example';
middle('leaf/reach.js');
`;

interface Layout {
  readonly name: string;
  readonly manager: ManagerName;
  readonly flags?: readonly string[];
  /** Yarn's own name for how it lays packages out. */
  readonly linker?: string;
}

/** Where a package lies is the package manager's choice; who it is, and why it is there, must not depend on it. */
describeLab('layouts', () => {
  let lab: Lab;
  let programs: Record<ManagerName, string>;
  beforeAll(async () => {
    programs = fetchManagers();
    lab = await startLab();
  }, 300_000);
  afterAll(() => lab?.stop());

  const install = async (
    name: string,
    manager: ManagerName,
    manifest: object,
    linker = 'node-modules',
  ): Promise<string> => {
    const made = makeProject(join(lab.folder, name), { name: manager, program: programs[manager] }, manifest);
    const settings = join(made.folder, '.yarnrc.yml');
    if (linker !== 'node-modules')
      writeFileSync(settings, readFileSync(settings, 'utf8').replace('node-modules', linker));
    const output = await lab.exec(made.command, { cwd: made.folder, env: made.env, timeout: 90_000 });
    expect(output.code, output.stdout + output.stderr).toBe(0);
    return made.folder;
  };

  /** Whoever is named by what was seen is let out by it while it happens, and by nobody else's rows. */
  const expectEnforced = async (
    cwd: string,
    seen: ReportedRun,
    command: readonly string[],
  ): Promise<void> => {
    await lab.egresslock(['accept', '--db', seen.database], { cwd });
    const args = ['--phase', 'test', '--mode', 'enforce'];
    const verdicts = async (): Promise<string[]> =>
      (await observe(lab, command, { cwd, args })).report.destinations.map(({ verdict }) => verdict);
    expect(new Set(await verdicts())).toEqual(new Set(['allowed']));
    const lock = join(cwd, 'egress.lock.json');
    writeFileSync(
      lock,
      readFileSync(lock, 'utf8').replaceAll(/"package": *"[^"]*"/g, '"package": "another"'),
    );
    expect(new Set(await verdicts())).toEqual(new Set(['blocked']));
  };

  test.for<Layout>([
    { name: 'npm', manager: 'npm11' },
    { name: 'pnpm', manager: 'pnpm10' },
    {
      name: 'pnpm, with symlinks',
      manager: 'pnpm10',
      flags: ['--preserve-symlinks', '--preserve-symlinks-main'],
    },
    { name: 'yarn 1', manager: 'yarn1' },
    { name: 'yarn 4 with node_modules', manager: 'yarn4' },
    { name: 'yarn 4 with Plug’n’Play', manager: 'yarn4', linker: 'pnp', flags: ['-r', './.pnp.cjs'] },
  ])('$name', { timeout: 150_000 }, async ({ name, manager, linker, flags = [] }) => {
    const cwd = await install(name.replace(/\W+/g, '-'), manager, { dependencies: { top: '1.0.0' } }, linker);
    writeFileSync(join(cwd, 'test.js'), TEST);
    const run = await observe(lab, ['node', ...flags, 'test.js'], { cwd, args: ['--phase', 'test'] });
    expect(run.stderr).not.toContain('MODULE_NOT_FOUND');
    const found = run.to('layout.collect.lab.example').flatMap(({ attributions }) => attributions);
    const leaf = { name: 'leaf', version: '1.0.0' };
    expect(found).toMatchObject([
      { package: leaf, evidence: 'stack+hash', why: [['corpus', 'top', 'middle', 'leaf']] },
    ]);
    await expectEnforced(cwd, run, ['node', ...flags, 'test.js']);
  });

  test('npm’s workspaces and links', { timeout: 150_000 }, async () => {
    const linked = join(lab.folder, 'linked');
    mkdirSync(linked);
    writeFileSync(join(linked, 'package.json'), '{ "name": "linked", "version": "2.0.0" }');
    writeFileSync(join(linked, 'index.js'), "require('http').get('http://linked.collect.lab.example');\n");
    const cwd = await install('links', 'npm11', {
      dependencies: { linked: 'file:../linked' },
      workspaces: ['packages/member'],
    });
    const call =
      "process.argv[2] = 'member.collect.lab.example';\nrequire('workspace-member/reach.js');\nrequire('linked');\n";
    writeFileSync(join(cwd, 'test.js'), call);
    const run = await observe(lab, ['node', 'test.js'], { cwd, args: ['--phase', 'test'] });
    const namesOf = (host: string): unknown =>
      run
        .to(host)
        .flatMap(({ attributions }) =>
          attributions.map(({ package: found, evidence, why }) => [
            found?.name,
            found?.version,
            evidence,
            why,
          ]),
        );
    expect(namesOf('member.collect.lab.example')).toEqual([
      ['workspace-member', '1.0.0', 'stack+hash', [['corpus', 'workspace-member']]],
    ]);
    expect(namesOf('linked.collect.lab.example')).toEqual([
      ['linked', '2.0.0', 'stack+hash', [['corpus', 'linked']]],
    ]);
    await expectEnforced(cwd, run, ['node', 'test.js']);
  });
});
