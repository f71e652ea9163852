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
  /** Resolves when the namespaces are there, so that others can join them. @throws SandboxError `namespaces-denied` */
  readonly opened: Promise<void>;
  /** Runs a script of sh(1) as root of the namespaces, after those before it. @throws SandboxError `setup-failed` */
  run(script: string): Promise<void>;
  /** Makes the mounts, with a folder of its own to work in; at most once. @throws SandboxError `setup-failed` */
  furnish(masks: readonly Mask[], folder: string): Promise<void>;
  /** Ends the holder, and with it the namespaces once nothing else is in them. */
  stop(): void;
}

/** Starts the holder in namespaces of its own: user (for an ordinary user), network, mount, ipc. */
export function startHolder(tools: ToolPaths, identity: Identity): Holder {
  const asUser = identity.kind === 'user';
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
      // It reads its script as it comes: the namespaces are made before anybody knows what to mount in them.
      '-s',
    ],
    // A session of its own: Ctrl-C on the terminal is for the command, and must not take the namespaces away.
    { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, detached: true },
  );
  const lines = waitForLines(child);
  child.stdin.write('echo opened\n');
  const opened = lines.seen('opened', 'namespaces-denied');
  opened.catch(() => {});
  let scripts = 0;
  const run = async (script: string): Promise<void> => {
    scripts += 1;
    const done = `done ${scripts}`;
    child.stdin.write(`${script}\necho ${done}\n`);
    await opened;
    await lines.seen(done, 'setup-failed');
  };
  return {
    pid: child.pid ?? 0,
    opened,
    run,
    furnish: (masks, folder) => run(holderScript(masks, !asUser, folder)),
    stop: () => child.stdin.end(),
  };
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
