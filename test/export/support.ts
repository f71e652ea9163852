import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Milliseconds after which a program hangs. */
const LONGEST = 50_000;

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end. A validator that is not there is an error, not a skipped test. */
export function run(program: string, args: readonly string[], input = '', cwd?: string): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input,
    cwd,
    encoding: 'utf8',
    timeout: LONGEST,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
    // Terraform would ask its maker for news.
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  if (error !== undefined) throw error;
  return { code: status, output: `${stdout}${stderr}` };
}

/** A folder of its own for what a test writes; `use` gets it, and it is gone afterwards. */
export function inFolder<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-export-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Words before a command that give it a network of its own. */
export const OWN_NETWORK =
  process.getuid?.() === 0 ? ['unshare', '--net'] : ['unshare', '--map-root-user', '--net'];

/** No package of Debian: the two formats for it are only parsed where it is there. */
export const HAS_TERRAFORM = spawnSync('terraform', ['-version']).status === 0;
