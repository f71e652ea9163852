import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from './sandbox-error.js';

/** The programs that the sandbox is made with, and the Debian package that brings each. */
export const TOOLS = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  ip: 'iproute2',
  sh: 'dash',
  env: 'coreutils',
} as const;
export type Tool = keyof typeof TOOLS;
export type ToolPaths = Readonly<Record<Tool, string>>;

/** System folders only: a program of that name in the project's own PATH must not be picked up. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** Absolute path of a tool, null where the machine has none. */
export function findTool(name: string): string | null {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return null;
}

/** All tools, or an error that names the package to install. @throws SandboxError `missing-tool` */
export function findTools(): ToolPaths {
  const entries = (Object.keys(TOOLS) as Tool[]).map((name) => {
    const path = findTool(name);
    if (path === null) {
      throw new SandboxError(
        'missing-tool',
        `expected the program ${name}, found none in ${FOLDERS.join(':')}; install the package ${TOOLS[name]}`,
      );
    }
    return [name, path] as const;
  });
  return Object.fromEntries(entries) as Record<Tool, string>;
}
