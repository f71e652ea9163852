import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EgressDiff } from '../../../src/model/diff.js';
import { REVIEW_FORMATS } from '../../../src/report/review/formats.js';
import { describeLab, type Lab, type Output, startLab } from '../../lab/lab.js';
import { fetchManagers } from '../../lab/managers.js';
import { makeProject, type Project } from '../../lab/project.js';
import { htmlOf, problemsOf } from '../../report/review/validators.js';

const VALIDATED = ['sarif', 'junit', 'gitlab-code-quality', 'cyclonedx', 'in-toto', 'ocsf'];
const FORMATS = Object.keys(REVIEW_FORMATS);

/** What the lab is started with. */
const ADDITION = fileURLToPath(new URL('./fixtures/packages.mjs', import.meta.url));

/**
 * A repository with a project below its root. The pull request upgrades one dependency, which talks to one host more, and
 * brings another that reaches out for the first time.
 */
interface PhysicalLocation {
  readonly artifactLocation: { readonly uri: string };
  readonly region: { readonly startLine: number };
}

/** Lines of the new file that a patch without context has written. */
function changedLines(patch: string): ReadonlySet<number> {
  const ranges = [...patch.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)];
  return new Set(
    ranges.flatMap(([, start, count = '1']) =>
      Array.from({ length: Number(count) }, (_, index) => Number(start) + index),
    ),
  );
}

describeLab('a pull request from its two commits to each format', () => {
  let lab: Lab;
  let repository: string;
  let project: Project;
  let program: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=lab', '-c', 'user.email=lab@lab.example', ...args], {
      cwd: repository,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const commit = (message: string): void => {
    git('add', '.');
    git('commit', '-q', '-m', message);
  };
  const egresslock = (...args: string[]): Promise<Output> => lab.egresslock(args, { cwd: project.folder });
  const install = async (version: string): Promise<Output> => {
    project = makeProject(
      join(repository, 'app'),
      { name: 'npm11', program },
      { dependencies: { bumped: version, direct: '1.0.0', top: '1.0.0' } },
    );
    rmSync(join(project.folder, 'node_modules'), { recursive: true, force: true });
    return lab.egresslock(['run', '--phase', 'install', '--', ...project.command], {
      cwd: project.folder,
      env: project.env,
    });
  };
  const outputOf = (format: string): string => join(lab.folder, `review.${format}`);
  const textOf = (format: string): string => readFileSync(outputOf(format), 'utf8');

  beforeAll(async () => {
    program = fetchManagers().npm11;
    lab = await startLab(ADDITION);
    repository = join(lab.folder, 'repository');
    mkdirSync(repository);
    git('init', '-q', '-b', 'main');
    writeFileSync(join(repository, '.gitignore'), 'node_modules/\napp-state/\n');
    expect(await install('1.0.0')).toMatchObject({ code: 0 });
    expect(await egresslock('accept')).toMatchObject({ code: 0 });
    commit('base');
    git('checkout', '-q', '-b', 'change');
    expect(await install('1.1.0')).toMatchObject({ code: 120 });
    commit('bumped 1.1.0');
  }, 300_000);
  afterAll(() => lab?.stop());

  test('check --base names what brought the stranger, and writes all formats in one go', async () => {
    const outputs = FORMATS.flatMap((format) => ['--output', `${format}=${outputOf(format)}`]);
    const { code, stdout } = await egresslock('check', '--base', 'main', ...outputs);
    expect(code).toBe(120);
    const words = stdout.replaceAll(/\s+/g, ' ');
    for (const part of [
      'new destination `newcomer.collect.lab.example:80/http` by `newcomer@1.0.0` (postinstall), through `corpus > bumped > newcomer`; also first-egress-of-package; added in this pull request [new-destination]',
      'new destination `more.collect.lab.example:80/http` by `bumped@1.1.0` (postinstall), through `corpus > bumped`; changed from `1.0.0` to `1.1.0` in this pull request [new-destination]',
      'main > the working tree: 2 new, 0 changed, 0 gone',
      'package locks: 1 package added, 1 changed, 0 removed',
    ])
      expect(words).toContain(part);
  });

  test.each(VALIDATED)('%s passes its validator', async (format) => {
    expect(textOf(format)).not.toBe('');
    expect(await problemsOf(format, textOf(format))).toEqual([]);
  });

  test('Markdown becomes a table with the stranger in it', () => {
    const html = htmlOf(textOf('markdown'));
    expect(html).toContain('<td><code>newcomer.collect.lab.example:80/http</code></td>');
    expect(textOf('summary')).toBe(textOf('markdown'));
  });

  test('results point at lines of the package lock that the pull request has changed', () => {
    const { results } = JSON.parse(textOf('sarif')).runs[0];
    const places = results.map((result: { locations: [{ physicalLocation: PhysicalLocation }] }) => {
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      return { path: artifactLocation.uri, line: region.startLine };
    });
    const lines = readFileSync(join(project.folder, 'package-lock.json'), 'utf8').split('\n');
    expect(
      places.map(({ path, line }: { path: string; line: number }) => [path, lines[line - 1]?.trim()]),
    ).toEqual([
      ['app/package-lock.json', '"version": "1.1.0",'],
      ['app/package-lock.json', '"node_modules/newcomer": {'],
    ]);
    const changed = changedLines(git('diff', '-U0', 'main', 'change', '--', 'app/package-lock.json'));
    for (const { line } of places) expect(changed.has(line)).toBe(true);
    expect(textOf('annotations').split('\n').slice(0, 2)).toEqual(
      places.map(({ line }: { line: number }) =>
        expect.stringContaining(`::error file=app/package-lock.json,line=${line},`),
      ),
    );
    expect(
      JSON.parse(textOf('gitlab-code-quality')).map(({ location }: { location: unknown }) => location),
    ).toEqual(
      places.map(({ path, line }: { path: string; line: number }) => ({ path, lines: { begin: line } })),
    );
  });

  test('the page tells what the pull request changed, and which change of dependencies brought it', async () => {
    const { code, stdout, stderr } = await egresslock('report', '--base', 'main', '--html', '-');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('What the pull request changed');
    for (const part of ['added in this pull request through', 'to `1.1.0` in this pull request'])
      expect(stdout).toContain(part);
    const names = ['text', 'route53', 'network-firewall-suricata', 'cilium', 'squid', 'harden-runner'];
    await egresslock('accept', '--lock', join(lab.folder, 'accepted.lock.json'));
    for (const format of names) {
      const list = await egresslock(
        'allowlist',
        '--format',
        format,
        '--lock',
        join(lab.folder, 'accepted.lock.json'),
      );
      expect(list.code, list.stderr).toBe(0);
      expect(list.stdout).toContain('newcomer.collect.lab.example');
    }
  });

  test('the same again gives the same bytes', async () => {
    const before = textOf('sarif');
    await egresslock('check', '--base', 'main', '--output', `sarif=${outputOf('sarif')}`);
    expect(textOf('sarif')).toBe(before);
  });

  test('once the pull request accepts it, it is no alert, and still shown', async () => {
    await egresslock('accept');
    commit('accept it');
    const { code, stdout } = await egresslock('check', '--base', 'main', '--format', 'markdown');
    expect(code).toBe(0);
    expect(stdout).toContain('### New, and accepted in this pull request');
    expect(stdout).toContain('| `newcomer.collect.lab.example:80/http` | `newcomer@1.0.0` |');
    const annotated = await egresslock('check', '--base', 'main', '--format', 'annotations');
    expect(annotated.stdout).toMatch(/^::notice file=app\/package-lock.json,line=\d+,/);
  });

  test('diff of two commits, of a lock and a database, and of two runs', async () => {
    const commits = await egresslock('diff', 'main', 'HEAD');
    expect(commits).toMatchObject({ code: 0 });
    expect(commits.stdout).toContain(
      'new       newcomer.collect.lab.example:80/http by newcomer@1.0.0 (install)',
    );
    expect(commits.stdout).toContain('added in this pull request through `corpus > bumped > newcomer`');
    expect(commits.stdout).toContain(
      'changed from `1.0.0` to `1.1.0` in this pull request through `corpus > bumped`',
    );
    expect(await egresslock('diff', 'main', 'HEAD', '--exit-code')).toMatchObject({ code: 1 });
    expect(await egresslock('diff', 'HEAD', 'change', '--exit-code')).toMatchObject({ code: 0 });
    const old = join(lab.folder, 'old.lock.json');
    writeFileSync(old, git('show', 'main:app/egress.lock.json'));
    const database = join(lab.folder, 'runs.db');
    copyFileSync(join(project.folder, '.egresslock', 'runs.db'), database);
    const files = await egresslock('diff', old, database);
    expect(files).toMatchObject({ code: 0 });
    const words = files.stdout.replaceAll(/\s+/g, ' ');
    expect(words).toContain('2 new, 0 changed, 0 gone');
    expect(words).toContain('the package lock of the base was not read: there is none');
    const { runs } = JSON.parse((await egresslock('runs', '--json')).stdout);
    const [after, before] = runs.map(({ id }: { id: string }) => id);
    const ofRuns = await egresslock('diff', before, after, '--json');
    const { isPullRequest, added, gone }: EgressDiff = JSON.parse(ofRuns.stdout);
    expect([isPullRequest, gone]).toEqual([false, []]);
    expect(added.map(({ row, origin }) => `${row.host} ${origin.kind} ${origin.version}`)).toEqual([
      'more.collect.lab.example upgraded-package 1.1.0',
      'newcomer.collect.lab.example package 1.0.0',
    ]);
  });

  test('a project that had no lock before: all is new', async () => {
    git('checkout', '-q', '--orphan', 'empty');
    git('rm', '-q', '-r', '--cached', '.');
    git('-c', 'core.excludesFile=/dev/null', 'commit', '-q', '--allow-empty', '-m', 'nothing');
    const { code, stdout } = await egresslock('check', '--base', 'empty');
    expect(code).toBe(0);
    expect(stdout).toContain('the base has no lock: all is new');
    expect(await egresslock('diff', 'empty', 'main')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected egress.lock.json in empty, which has none'),
    });
  });
});
