import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../../sandbox/identity.js';
import type { WaitingAgent } from './agent.js';
import type { JoinOrder } from './messages.js';

/** The agent's process, which waits to be told what to do. */
export interface AgentProcess {
  readonly child: ChildProcess;
  /** How it ended, once it has; also where it could not be started. */
  readonly ended: Promise<string>;
}

/**
 * The agent of those who can't visit a network namespace and come back: a process of its own inside. An ordinary user would
 * have to move to the sandbox's user namespace for it.
 */
export function startAgent(order: Omit<JoinOrder, 'type'>, identity: Identity): WaitingAgent {
  const { tools, holderPid } = order;
  const join =
    identity.kind === 'user'
      ? [tools.nsenter, '--target', String(holderPid), '--user', '--preserve-credentials', '--']
      : [];
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const [file = tools.unshare, ...args] = [...join, tools.unshare, '--net', '--', process.execPath, main];
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
  const message: JoinOrder = { type: 'join', ...order };
  if (child.connected) child.send(message, () => {});
  return {
    watch: async (watchOrder, events) => {
      const { connectAgent } = await import('./connect.js');
      return connectAgent({ child, ended }, watchOrder, events);
    },
    abandon: () => {
      child.kill('SIGKILL');
    },
  };
}
