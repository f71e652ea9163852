import { type Identity, launcher } from './identity.js';
import { initScript, LAUNCH_VARIABLE, quote } from './scripts.js';
import type { ToolPaths } from './tools.js';

/**
 * argv of the processes between the spawning thread and the command; the last one executes the command itself.
 * @param restore Of a `CarriedEnvironment`
 */
export function commandChain(
  tools: ToolPaths,
  identity: Identity,
  holder: { readonly pid: number; readonly folder: string },
  cwd: string,
  command: readonly string[],
  restore: string,
): string[] {
  const asUser = identity.kind === 'user';
  const last = [...launcher(identity, tools), tools.env, '-u', LAUNCH_VARIABLE].map(quote).join(' ');
  return [
    tools.nsenter,
    '--target',
    String(holder.pid),
    ...(asUser ? ['--user', '--preserve-credentials'] : []),
    '--net',
    '--mount',
    '--ipc',
    '--',
    // If egresslock is killed, so is all of this: --kill-child takes the whole pid namespace with it.
    tools.setpriv,
    '--pdeathsig',
    'KILL',
    '--',
    tools.unshare,
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--',
    tools.sh,
    '-c',
    initScript(!asUser, holder.folder, `${last} ${restore}`),
    'egresslock-init',
    cwd,
    ...command,
  ];
}
