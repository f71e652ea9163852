import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The package managers that the corpus runs with: alias → what is fetched, its program, and its kind. */
export const MANAGERS = {
  npm10: { spec: 'npm@10', program: 'bin/npm-cli.js', kind: 'npm' },
  npm11: { spec: 'npm@11', program: 'bin/npm-cli.js', kind: 'npm' },
  pnpm9: { spec: 'pnpm@9', program: 'bin/pnpm.cjs', kind: 'pnpm' },
  pnpm10: { spec: 'pnpm@10', program: 'bin/pnpm.cjs', kind: 'pnpm' },
  yarn1: { spec: 'yarn@1', program: 'bin/yarn.js', kind: 'yarn-classic' },
  yarn4: { spec: '@yarnpkg/cli-dist@4', program: 'bin/yarn.js', kind: 'yarn-berry' },
} as const;
export type ManagerName = keyof typeof MANAGERS;

/** Fetches all of them once, by the ordinary npm client, and returns where each one's program is. */
export function fetchManagers(): Record<ManagerName, string> {
  const folder = join(tmpdir(), 'egresslock-test-managers');
  const programs = Object.fromEntries(
    Object.entries(MANAGERS).map(([name, { program }]) => [
      name,
      join(folder, 'node_modules', name, program),
    ]),
  ) as Record<ManagerName, string>;
  if (!Object.values(programs).every((program) => existsSync(program))) {
    mkdirSync(folder, { recursive: true });
    const dependencies = Object.fromEntries(
      Object.entries(MANAGERS).map(([name, { spec }]) => [name, `npm:${spec}`]),
    );
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-bin-links'], {
      cwd: folder,
      stdio: 'pipe',
    });
  }
  return programs;
}
