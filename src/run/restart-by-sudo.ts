import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceProcess } from '../sandbox/libc.js';
import { findTool } from '../sandbox/tools.js';

/**
 * Replaces this process by one of root's that makes the namespaces and runs the command as the caller. Returns only
 * where sudo is not there, wants a password, or could not be started: the caller goes on with its error then.
 * @param program The script that egresslock starts with when sudo runs it.
 * @param args The command line, without Node and the script.
 */
export function restartBySudo(program: string, args: readonly string[]): void {
  const sudo = findTool('sudo');
  if (sudo === null || spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return;
  // sudo resets the environment, and a command line is for everybody to read: so it goes by a file of the caller's own.
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-sudo-'));
  const file = join(folder, 'environment.json');
  writeFileSync(file, JSON.stringify(process.env), { mode: 0o600, flag: 'wx' });
  const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  // Replaced, not spawned: nobody but root can signal sudo, so a parent could not pass signals on.
  replaceProcess(sudo, ['sudo', '-n', '--', process.execPath, program, file, ...args], environment);
  rmSync(folder, { recursive: true, force: true });
}
