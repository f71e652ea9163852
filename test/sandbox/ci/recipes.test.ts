import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeLab, type Lab, MAIN, startLab } from '../../lab/lab.js';
import { ADDED, KNOWN, makeRepository, type Repository } from './repository.js';
import { ROOT } from './runner.js';

const TEMPLATE: Readonly<Record<string, { readonly script: readonly string[] }>> = parse(
  readFileSync(join(ROOT, 'sandbox/ci/gitlab.yml'), 'utf8'),
);
const GITLAB = TEMPLATE['.egresslock']?.script.join('\n') ?? '';
/** What the recipe for Jenkins hands to a shell, in order. */
const JENKINS = [
  ...readFileSync(join(ROOT, 'sandbox/ci/Jenkinsfile'), 'utf8').matchAll(/\bsh (?:'''(.*?)'''|'(.*?)')/gs),
].map(([, block, line]) => block ?? line ?? '');

describeLab('recipes of other systems', () => {
  let lab: Lab;
  let repository: Repository;
  let path: string;
  beforeAll(async () => {
    lab = await startLab();
    repository = await makeRepository(lab, 'repository');
    const bin = join(lab.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'egresslock'), `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`, {
      mode: 0o755,
    });
    path = `${bin}:${process.env.PATH}`;
  });
  afterAll(() => lab?.stop());

  const shell = (script: string, env: NodeJS.ProcessEnv) =>
    lab.exec(['sh', '-c', script], { cwd: repository.folder, env: { ...env, PATH: path }, timeout: 60_000 });

  test('GitLab: a merge request fails by what is new, and its widgets have files; a branch is observed', async () => {
    execFileSync('sh', ['-n', '-c', GITLAB]);
    const env = {
      EGRESSLOCK_COMMAND: `${KNOWN}; ${ADDED}`,
      EGRESSLOCK_PHASE: 'install',
      EGRESSLOCK_FAIL_ON: 'high',
      CI_COMMIT_REF_NAME: '$(touch pwned)',
    };
    const merge = await shell(GITLAB, {
      ...env,
      CI_MERGE_REQUEST_IID: '7',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: repository.base,
    });
    expect(merge.code, merge.stderr).toBe(120);
    const quality = readFileSync(join(repository.folder, 'gl-code-quality-report.json'), 'utf8');
    expect(quality).toContain('hosted.lab.example');
    for (const file of ['egresslock-junit.xml', 'egresslock.md'])
      expect(readFileSync(join(repository.folder, file), 'utf8')).toContain('hosted.lab.example');
    expect((await shell(GITLAB, env)).code).toBe(0);
    expect((await shell(GITLAB, { ...env, EGRESSLOCK_COMMAND: 'exit 3' })).code).toBe(3);
    expect((await shell(GITLAB, { ...env, EGRESSLOCK_COMMAND: KNOWN, CI_MERGE_REQUEST_IID: '7' })).code).toBe(
      0,
    );
    expect(existsSync(join(repository.folder, 'pwned'))).toBe(false);
  });

  test('Jenkins: its step does the same', async () => {
    expect(JENKINS).toHaveLength(1);
    const [script = ''] = JENKINS;
    execFileSync('git', ['clone', '--quiet', '--bare', repository.folder, join(lab.folder, 'origin.git')]);
    execFileSync('git', ['remote', 'add', 'origin', join(lab.folder, 'origin.git')], {
      cwd: repository.folder,
    });
    const EGRESSLOCK_COMMAND = `${KNOWN}; ${ADDED}`;
    expect((await shell(script, { EGRESSLOCK_COMMAND: 'exit 3' })).code).toBe(3);
    expect((await shell(script, { EGRESSLOCK_COMMAND })).code).toBe(0);
    const change = await shell(script, { EGRESSLOCK_COMMAND, CHANGE_TARGET: 'main' });
    expect(change.code, change.stderr).toBe(120);
    expect(readFileSync(join(repository.folder, 'egresslock-junit.xml'), 'utf8')).toContain(
      'hosted.lab.example',
    );
    const hostile = await shell(script, {
      EGRESSLOCK_COMMAND,
      CHANGE_TARGET: '$(touch pwned) --upload-pack=x',
    });
    expect(hostile.code).not.toBe(0);
    expect(existsSync(join(repository.folder, 'pwned'))).toBe(false);
  });
});
