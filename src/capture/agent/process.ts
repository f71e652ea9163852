import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../../sandbox/identity.js';
import type { ToolPaths } from '../../sandbox/tools.js';
import type { JoinOrder } from './messages.js';

/** The agent's process, which waits to be told what to do. */
export interface AgentProcess {
  readonly child: ChildProcess;
  /** How it ended, once it has; also where it could not be started. */
  readonly ended: Promise<string>;
}

/** Starts the agent in a network namespace of its own. This module is small on purpose: it comes first in every run. */
export function startAgent(tools: ToolPaths, identity: Identity, holderPid: number): AgentProcess {
  const join =
    identity.kind === 'user'
      ? [tools.nsenter, '--target', String(holderPid), '--user', '--preserve-credentials', '--']
      : [];
  const [file = tools.unshare, ...args] = [
    ...join,
    tools.unshare,
    '--net',
    '--',
    process.execPath,
    fileURLToPath(new URL('./main.js', import.meta.url)),
  ];
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The caller's NODE_OPTIONS are for the command, not for a part of the guard.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  return { child, ended };
}

/** Tells the agent what to join its namespace to, which it does once it is loaded. */
export function joinSandbox({ child }: AgentProcess, order: Omit<JoinOrder, 'type'>): void {
  const message: JoinOrder = { type: 'join', ...order };
  if (child.connected) child.send(message, () => {});
}
