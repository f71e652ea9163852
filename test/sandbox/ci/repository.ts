import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../lab/lab.js';

/** What the base branch's command reaches, and what the change adds. */
export const KNOWN = 'curl -s -o /dev/null http://web.lab.example/';
export const ADDED = 'curl -s -o /dev/null http://hosted.lab.example/';

export interface Repository {
  readonly folder: string;
  /** Id of the base's commit. */
  readonly base: string;
}

/** A repository whose base commit has a lock of what `KNOWN` reaches, with a change on top. */
export async function makeRepository(lab: Lab, name: string): Promise<Repository> {
  const folder = join(lab.folder, name);
  mkdirSync(folder);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=tester', '-c', 'user.email=tester@mail.example', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  writeFileSync(join(folder, 'package.json'), '{"name":"app","version":"1.0.0"}');
  git('init', '--quiet', '--initial-branch', 'main');
  for (const args of [['run', '--phase', 'install', '--', 'bash', '-c', KNOWN], ['accept']]) {
    const { code, stderr } = await lab.egresslock(args, { cwd: folder });
    if (code !== 0) throw new Error(stderr);
  }
  git('add', '.');
  git('commit', '--quiet', '--message', 'base');
  const base = git('rev-parse', 'HEAD');
  writeFileSync(join(folder, 'package.json'), '{"name":"app","version":"1.0.1"}');
  git('commit', '--quiet', '--all', '--message', 'change');
  return { folder, base };
}
