import { realpathSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SupervisorOrder } from './messages.js';
import { readProc, readProcLink } from './proc.js';

/**
 * Tells sockets of the host from the sandbox's own. Those that the host had when the run began are masked by
 * mounts; this is for the ones that appear later or stand in folders that can't be masked. A socket bound inside
 * the sandbox is in its own namespace's /proc/PID/net/unix; one that is listed for the host, or for neither, is not ours.
 */
export class UnixSockets {
  readonly #allowed: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #pid: number;

  constructor(order: SupervisorOrder) {
    this.#allowed = new Set(order.allowedSockets);
    this.#hosts = new Set(order.hostSockets);
    this.#pid = order.namespacePid;
  }

  isHosts(path: string, tid: number): boolean {
    const real = realPath(resolve(readProcLink(tid, 'cwd') ?? '/', path));
    if (this.#allowed.has(real)) return false;
    if (this.#hosts.has(real)) return true;
    const host = boundPaths(process.pid);
    if (host.has(real)) return true;
    const file = fileFor(tid, path);
    // Nothing there, or no socket: the system's own error says it best.
    if (file === null || !file.isSocket()) return false;
    // The same file under another name: a bind mount, a link.
    for (const other of host) if (other.startsWith('/') && isSameFile(file, stat(other))) return true;
    const inside = boundPaths(this.#pid);
    // One that was bound by a relative path is listed by it; where host and sandbox both have such a name, it is refused.
    return !inside.has(real) && (!endsLike(inside, real) || endsLike(host, real));
  }
}

/** Paths of the sockets of a process's network namespace, as they were bound: absolute or relative. */
function boundPaths(pid: number): ReadonlySet<string> {
  const table = readProc(pid, 'net/unix')?.toString() ?? '';
  const paths = table.split('\n').map((line) => /^\S+ \S+ \S+ \S+ \S+ \S+ +\d+ (.+)$/.exec(line)?.[1] ?? '');
  return new Set(paths.filter((path) => path !== '' && !path.startsWith('@')));
}

/** Whether a relative path among those bound could be the end of an absolute one. */
function endsLike(paths: ReadonlySet<string>, real: string): boolean {
  const name = real.slice(real.lastIndexOf('/') + 1);
  return [...paths].some((path) => !path.startsWith('/') && path.slice(path.lastIndexOf('/') + 1) === name);
}

/** The file as the process itself sees it. */
function fileFor(tid: number, path: string): Stats | null {
  return stat(path.startsWith('/') ? `/proc/${tid}/root${path}` : `/proc/${tid}/cwd/${path}`);
}

function isSameFile(one: Stats, other: Stats | null): boolean {
  return other !== null && one.ino === other.ino && one.dev === other.dev;
}

function stat(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
