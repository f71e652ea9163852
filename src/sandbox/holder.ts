import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Identity } from './identity.js';
import type { Mask } from './mask.js';
import { SandboxError } from './sandbox-error.js';
import { holderScript } from './scripts.js';
import type { ToolPaths } from './tools.js';

/** The process that keeps the sandbox's namespaces alive. */
export interface Holder {
  readonly pid: number;
  /** Resolves when the mounts are done. @throws SandboxError `setup-failed` */
  readonly ready: Promise<void>;
  /** Ends the holder, and with it the namespaces once nothing else is in them. */
  stop(): void;
}

/**
 * Starts the holder in namespaces of its own: user (for an ordinary user), network, mount, ipc.
 * Resolves as soon as the user namespace is there, so that others can join it while the mounts are made.
 * @throws SandboxError `namespaces-denied`
 */
export async function startHolder(
  tools: ToolPaths,
  identity: Identity,
  masks: readonly Mask[],
  keepFolder: string,
): Promise<Holder> {
  const asUser = identity.kind === 'user';
  const script = holderScript(masks, !asUser, keepFolder);
  const child = spawn(
    tools.unshare,
    [
      ...(asUser ? ['--user', '--map-root-user'] : []),
      '--net',
      '--mount',
      '--ipc',
      '--propagation',
      'private',
      '--',
      tools.sh,
      '-c',
      script,
    ],
    // A session of its own: Ctrl-C on the terminal is for the command, and must not take the namespaces away.
    { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, detached: true },
  );
  const lines = waitForLines(child);
  await lines.seen('user', 'namespaces-denied');
  const ready = lines.seen('ready', 'setup-failed');
  ready.catch(() => {});
  if (child.pid === undefined) throw new SandboxError('namespaces-denied', 'unshare could not be started');
  return { pid: child.pid, ready, stop: () => child.stdin.end() };
}

function waitForLines(child: ChildProcessByStdio<Writable, Readable, Readable>) {
  let out = '';
  let error = '';
  let ended = false;
  const watchers = new Set<() => void>();
  const wake = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    wake();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    error = (error + chunk.toString()).slice(0, 4096);
  });
  child.on('error', (cause) => {
    error = String(cause);
    ended = true;
    wake();
  });
  child.on('close', () => {
    ended = true;
    wake();
  });
  return {
    seen: (line: string, code: 'namespaces-denied' | 'setup-failed'): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (out.split('\n').includes(line)) resolve();
          else if (ended) {
            reject(
              new SandboxError(
                code,
                `the sandbox's namespaces could not be made: ${error.trim() || 'no reason given'}`,
              ),
            );
          } else return;
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      }),
  };
}
