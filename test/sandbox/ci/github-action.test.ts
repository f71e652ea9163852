import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../../lab/lab.js';
import { ADDED, KNOWN, makeRepository, type Repository } from './repository.js';
import { ACTION, ROOT, runAction } from './runner.js';

const WORKFLOWS = join(ROOT, '.github/workflows');
const FILES = ['action.yml', ...readdirSync(WORKFLOWS).map((name) => `.github/workflows/${name}`)];

const validate = (file: string, cwd: string) =>
  spawnSync(join(ROOT, 'node_modules/.bin/action-validator'), [file], { cwd, encoding: 'utf8' });

test.for(FILES)('%s is what GitHub takes for one', (file) => {
  const { status, stdout, stderr } = validate(file, ROOT);
  expect(status, stdout + stderr).toBe(0);
});

test('nothing from outside is put into the text of a script', () => {
  for (const { run } of ACTION.runs.steps) expect(run).not.toContain('${{');
  for (const file of FILES) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, script] of text.matchAll(/^ *(?:- )?run: (.*(?:\n {8,}.*)*)/gm))
      expect(script).not.toContain('${{');
  }
});

test('all inputs and outputs are described', () => {
  for (const one of [...Object.values(ACTION.inputs), ...Object.values(ACTION.outputs)])
    expect(one).toHaveProperty('description', expect.stringMatching(/\.$/));
});

test('the scripts have nothing that shellcheck would warn of', () => {
  const scripts = [
    'sandbox/ci/github-action.sh',
    'sandbox/ci/install.sh',
    'scripts/setup.sh',
    '.ci/run',
    '.ci/newest-node',
  ];
  execFileSync('shellcheck', ['--severity=warning', ...scripts], { cwd: ROOT });
});

describeLab('the action', () => {
  let lab: Lab;
  let repository: Repository;
  beforeAll(async () => {
    lab = await startLab();
    repository = await makeRepository(lab, 'repository');
  });
  afterAll(() => lab?.stop());

  test('a pull request that reaches a new host fails, and says so in each place', async () => {
    const { folder, base } = repository;
    const job = await runAction(
      lab,
      folder,
      { command: `${KNOWN}\n${ADDED}`, phase: 'install' },
      { name: 'pull_request', base },
    );
    expect(job.code, job.stdout + job.stderr).toBe(120);
    expect(job.stdout).toMatch(/^::error [^\n]*hosted\.lab\.example/m);
    expect(job.summary).toContain('hosted.lab.example');
    expect(Object.keys(ACTION.outputs).filter((name) => !job.outputs.has(name))).toEqual([]);
    expect(job.outputs.get('verdict')).toBe('complete');
    expect(Number(job.outputs.get('findings'))).toBeGreaterThan(0);
    expect(job.outputs.get('exit-code')).toBe('120');
    for (const name of ['report', 'comment', 'sarif', 'junit'])
      expect(existsSync(job.outputs.get(name) ?? '')).toBe(true);
    expect(readFileSync(job.outputs.get('comment') ?? '', 'utf8')).toContain('hosted.lab.example');
  });

  test('what the base branch reaches as well is no finding', async () => {
    const { folder, base } = repository;
    const job = await runAction(
      lab,
      folder,
      { command: KNOWN, phase: 'install' },
      { name: 'pull_request', base },
    );
    expect(job.code, job.stdout + job.stderr).toBe(0);
    expect(job.outputs.get('findings')).toBe('0');
  });

  test('other events are observed: findings fail nothing, the command does', async () => {
    const { folder } = repository;
    const observed = await runAction(
      lab,
      folder,
      { command: `${KNOWN}; ${ADDED}`, phase: 'install' },
      { name: 'push' },
    );
    expect(observed.code, observed.stdout + observed.stderr).toBe(0);
    expect(observed.summary).toContain('hosted.lab.example');
    const failing = await runAction(
      lab,
      folder,
      { command: `false\n${KNOWN}`, phase: 'install' },
      { name: 'push' },
    );
    expect(failing.code).toBe(1);
  });

  test('a shallow checkout gets the base, whatever its git configuration says', async () => {
    const { folder, base } = repository;
    execFileSync('git', ['-C', folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true']);
    const shallow = join(lab.folder, 'shallow');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${folder}`, shallow]);
    const trap = `touch ${lab.folder}/trapped; git-upload-pack`;
    execFileSync('git', ['-C', shallow, 'config', 'remote.origin.uploadpack', trap]);
    execFileSync('git', ['-C', shallow, 'config', 'remote.origin.promisor', 'true']);
    const env = { GITHUB_SERVER_URL: `file://${lab.folder}`, GITHUB_REPOSITORY: 'repository' };
    const event = { name: 'pull_request', base, env } as const;
    const command = `${KNOWN}; ${ADDED}`;
    const job = await runAction(lab, shallow, { command, phase: 'install' }, event);
    expect(job.code, job.stdout + job.stderr).toBe(120);
    expect(job.stdout).not.toContain('is not compared with');
    expect(existsSync(join(lab.folder, 'trapped'))).toBe(false);
  });

  test('nothing that the command writes changes what it is held against', async () => {
    const { folder, base } = repository;
    const copy = join(lab.folder, 'copy');
    execFileSync('git', ['clone', '--quiet', folder, copy]);
    const accept = [
      "const fs = require('fs');",
      "const lock = JSON.parse(fs.readFileSync('egress.lock.json'));",
      "for (const row of [...lock.rows]) lock.rows.push({ ...row, host: 'hosted.lab.example' });",
      "fs.writeFileSync('egress.lock.json', JSON.stringify(lock));",
      "fs.writeFileSync('egresslock.config.yaml', 'failOn: critical');",
    ].join(' ');
    const command = [
      ADDED,
      `node -e ${JSON.stringify(accept)}`,
      `git config remote.origin.uploadpack 'touch ${lab.folder}/trapped; git-upload-pack'`,
      `git replace ${base} HEAD`,
      'exit 2',
    ].join('\n');
    const event = { name: 'pull_request', base } as const;
    const job = await runAction(lab, copy, { command, phase: 'install' }, event);
    // The command's own failure is the job's; what it did is told all the same.
    expect(job.code, job.stdout + job.stderr).toBe(2);
    expect(job.stdout).toMatch(/^::error [^\n]*hosted\.lab\.example/m);
    expect(job.outputs.get('exit-code')).toBe('2');
    expect(existsSync(join(lab.folder, 'trapped'))).toBe(false);
  });

  test('a base that can not be fetched is said, and not guessed', async () => {
    const { folder } = repository;
    const event = { name: 'pull_request', base: '0'.repeat(40) } as const;
    const job = await runAction(lab, folder, { command: KNOWN, phase: 'install' }, event);
    expect(job.code, job.stdout + job.stderr).toBe(0);
    expect(job.stdout).toContain('could not be fetched');
    const option = { name: 'pull_request', base: '--upload-pack=touch pwned' } as const;
    await runAction(lab, folder, { command: KNOWN, phase: 'install' }, option);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test('names and inputs are words, never scripts', async () => {
    const { folder, base } = repository;
    const hostile = '$(touch pwned)`touch pwned`"; touch pwned; \'\n::set-output name=verdict::x';
    const job = await runAction(
      lab,
      folder,
      { command: 'true', phase: hostile },
      { name: 'pull_request', base, env: { GITHUB_HEAD_REF: hostile, GITHUB_REF_NAME: hostile } },
    );
    expect(job.code).toBe(2);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test('the command can neither speak to the runner nor write its files', async () => {
    const { folder, base } = repository;
    const command = [
      'env | grep ^GITHUB_ | cut -d= -f1 | tr "\\n" " "',
      `for file in ${folder}-temp/_runner_file_commands/*; do echo "seen $file"; done`,
      `echo EVIL=1 >> ${folder}-temp/_runner_file_commands/set_env || true`,
      'echo "::error::forged"',
    ].join('\n');
    const job = await runAction(lab, folder, { command, phase: 'build' }, { name: 'pull_request', base });
    expect(job.stdout).not.toMatch(/GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)/);
    // The pattern itself: nothing is there that it would match.
    expect(job.stdout.match(/seen .*$/gm)).toEqual([`seen ${folder}-temp/_runner_file_commands/*`]);
    expect(job.environmentFiles).toBe('');
    // The runner ignores commands between these two lines.
    const word = /^::stop-commands::([0-9a-f]{32})$/m.exec(job.stdout)?.[1];
    const [, quiet = ''] = job.stdout.split(`::stop-commands::${word}`);
    expect(quiet.split(`::${word}::`)[0]).toContain('::error::forged');
    expect(job.stdout.match(/forged/g)).toHaveLength(1);
  });

  test('a command that changes egresslock is found out', async () => {
    const { folder, base } = repository;
    const place = join(lab.folder, 'action');
    mkdirSync(place);
    for (const part of ['dist', 'profiles', 'sandbox', 'package.json'])
      cpSync(join(ROOT, part), join(place, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'));
    const spoil = `echo "console.log('all is well')" > ${place}/dist/cli/main.js; ${ADDED}`;
    const job = await runAction(
      lab,
      folder,
      { command: spoil, phase: 'install' },
      { name: 'pull_request', base },
      place,
    );
    expect(job.code).toBe(121);
    expect(job.stdout).toContain('has changed egresslock or Node');
    expect(job.stdout).not.toContain('all is well');
    expect(job.outputs.get('exit-code')).toBe('121');
  });

  test('a project without a lock is told how it gets one', async () => {
    const folder = join(lab.folder, 'unlocked');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"name":"app","version":"1.0.0"}');
    const job = await runAction(lab, folder, { command: KNOWN, phase: 'install' }, { name: 'push' });
    expect(job.code, job.stdout + job.stderr).toBe(0);
    expect(job.stdout).toContain('egresslock accept writes it');
    expect(job.summary).toContain('web.lab.example');
  });
});
