import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SupervisorOrder } from './messages.js';
import { readProc, readProcLink } from './proc.js';

/**
 * Tells sockets of the host from the sandbox's own. Those that the host had when the run began are masked by
 * mounts; this is for the ones that appear later or stand in folders that can't be masked. A socket bound inside
 * the sandbox is in its own namespace's /proc/PID/net/unix; one that is listed for the host is the host's.
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
    const inside = readProc(this.#pid, 'net/unix')?.toString() ?? '';
    if (hasPath(inside, path) || hasPath(inside, real)) return false;
    if (this.#hosts.has(real)) return true;
    return hasPath(readProc(process.pid, 'net/unix')?.toString() ?? '', real);
  }
}

function hasPath(table: string, path: string): boolean {
  return table.split('\n').some((line) => line.endsWith(` ${path}`));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
