import { type BigIntStats, fstatSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { close, openPath, openWithin } from '../../sandbox/libc.js';
import { socketPaths } from '../../sandbox/mask.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import type { SupervisorOrder } from './messages.js';
import { ProcLink, readProc } from './proc.js';
import { isBoundIn } from './socket-table.js';

/** What becomes of a call to a Unix socket with a path. */
export interface UnixRuling {
  /** 0 where the call may go on. */
  readonly errno: number;
  /** Whether it was on its way to a socket that isn't the sandbox's own. */
  readonly isDenied: boolean;
}

const ROOT = new ProcLink('root');
const FOLDER = new ProcLink('cwd');

const PASSED: UnixRuling = { errno: 0, isDenied: false };
const DENIED: UnixRuling = { errno: C.ECONNREFUSED, isDenied: true };

/**
 * Tells the sandbox's own sockets from those of the host, of its containers, and of whatever else shares the file
 * system. Those that the host had when the run began are masked by mounts; this is for all others. A name proves
 * nothing: own is the file that a socket of the sandbox's network namespace is bound to, by device and inode.
 */
export class UnixSockets {
  readonly #allowed: readonly string[];
  #table = -1;

  constructor(order: SupervisorOrder) {
    this.#allowed = order.allowedSockets;
  }

  /** Takes over the descriptor by which the kernel says what is bound inside: see `isBoundIn`. */
  look(table: number): void {
    this.#table = table;
  }

  rule(path: string, tid: number): UnixRuling {
    // /proc/self is another folder for whoever looks, and what lies below can't be followed for somebody else.
    if (path.startsWith('/proc/')) return DENIED;
    const file = openFor(tid, path);
    if (file < 0) return file === -C.ELOOP ? DENIED : missing(-file, tid, path);
    try {
      const facts = fstatSync(file, { bigint: true });
      if (!facts.isSocket()) return missing(C.ECONNREFUSED, tid, path);
      if (this.#allowed.some((name) => isSameFile(facts, stat(name)))) return PASSED;
      return this.#table >= 0 && isBoundIn(this.#table, identify(tid, file, facts)) ? PASSED : DENIED;
    } finally {
      close(file);
    }
  }

  stop(): void {
    if (this.#table >= 0) close(this.#table);
    this.#table = -1;
  }
}

/** No socket is there for the command. Where the host has one of that name, a mask is in its place. */
function missing(errno: number, tid: number, path: string): UnixRuling {
  const name = realPath(resolve(FOLDER.read(tid) ?? '/', path));
  const hosts = socketPaths(readProc(process.pid, 'net/unix')?.toString() ?? '');
  return hosts.includes(name) ? DENIED : { errno, isDenied: false };
}

/**
 * The file that a thread means by a path, whatever its root, its mounts and links are: O_PATH, or -errno. A relative
 * path begins at the working folder's own name, unless that leads elsewhere by now (-ELOOP).
 */
function openFor(tid: number, path: string): number {
  const root = openPath(`/proc/${tid}/root`);
  if (root < 0) return root;
  try {
    if (path.startsWith('/')) return openWithin(root, path);
    const folder = workingFolder(tid, root);
    return folder === null ? -C.ELOOP : openWithin(root, `${folder}/${path}`);
  } finally {
    close(root);
  }
}

/** Path of a thread's working folder below its root; null where no path leads there. */
function workingFolder(tid: number, root: number): string | null {
  const [top, name] = [ROOT.read(tid), FOLDER.read(tid)];
  if (top === null || name === null) return null;
  const below = top === '/' ? name : name.startsWith(`${top}/`) ? name.slice(top.length) : '/';
  const meant = openPath(`/proc/${tid}/cwd`);
  const found = openWithin(root, below);
  const isSame =
    meant >= 0 &&
    found >= 0 &&
    readPlace(meant).mount === readPlace(found).mount &&
    isSameFile(fstatSync(meant, { bigint: true }), fstatSync(found, { bigint: true }));
  for (const descriptor of [meant, found]) if (descriptor >= 0) close(descriptor);
  return isSame ? below : null;
}

/**
 * A file in the kernel's own numbers. Those of stat(2) differ where a file system has several devices (btrfs) or is
 * laid over others (overlayfs): mountinfo and fdinfo have the kernel's.
 */
function identify(tid: number, file: number, facts: BigIntStats) {
  const { mount, inode } = readPlace(file);
  const line = new RegExp(`^${mount} \\d+ (\\d+):(\\d+) `, 'm').exec(
    readProc(tid, 'mountinfo')?.toString() ?? '',
  );
  const [major, minor] =
    line === null
      ? [Number((facts.dev >> 8n) & 0xfffn), Number((facts.dev & 0xffn) | ((facts.dev >> 12n) & 0xfff00n))]
      : [Number(line[1]), Number(line[2])];
  return {
    device: ((major << 20) | minor) >>> 0,
    inode: Number(BigInt.asUintN(32, inode ?? facts.ino)),
  };
}

/** Mount and inode of an open file of this process (proc_pid_fdinfo(5)); Linux before 5.14 names no inode. */
function readPlace(file: number): { readonly mount: string; readonly inode: bigint | null } {
  const text = readProc(process.pid, `fdinfo/${file}`)?.toString('latin1') ?? '';
  const inode = /^ino:\t(\d+)$/m.exec(text)?.[1];
  return {
    mount: /^mnt_id:\t(\d+)$/m.exec(text)?.[1] ?? '',
    inode: inode === undefined ? null : BigInt(inode),
  };
}

function isSameFile(one: BigIntStats, other: BigIntStats | null): boolean {
  return other !== null && one.ino === other.ino && one.dev === other.dev;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function stat(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null;
  }
}
