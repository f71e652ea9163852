import { close, openFile, readFileStart, readFromStart, readLink } from '../../sandbox/libc.js';

/** Longest file below /proc that is read whole; Linux bounds argv and environment together at a few MiB. */
const MAXIMUM = 512 * 1024;
const window = Buffer.alloc(MAXIMUM);

/**
 * Reads a file below /proc up to the bound; null where the process has gone or may not be read.
 * The result is a view that the next call overwrites.
 */
export function readProc(pid: number, name: string): Buffer | null {
  const length = readFileStart(`/proc/${pid}/${name}`, window);
  return length < 0 ? null : window.subarray(0, length);
}

/** Digits of the longest process id: PID_MAX_LIMIT is 2^22 (include/linux/threads.h), the type has 31 bits. */
const DIGITS = 10;
const FIRST_DIGIT = '/proc/'.length;
const ZERO = 0x30;
const SLASH = 0x2f;

/**
 * The path of what every process has below /proc under one name: filled in for one process after the other, without a
 * text for each, since every exec pays for it.
 */
class ProcPath {
  /** The id stands at the right; the kernel takes several slashes for one. */
  readonly #bytes: Buffer;

  constructor(name: string) {
    this.#bytes = Buffer.from(`/proc/${'/'.repeat(DIGITS)}/${name}\0`);
  }

  /** With a NUL at its end; the next call overwrites it. */
  of(pid: number): Buffer {
    let rest = pid;
    let at = FIRST_DIGIT + DIGITS;
    do {
      at -= 1;
      this.#bytes[at] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    } while (rest > 0);
    while (at > FIRST_DIGIT) {
      at -= 1;
      this.#bytes[at] = SLASH;
    }
    return this.#bytes;
  }
}

/** A file that the kernel writes as one record for each process, so that one read gives all of it. */
export class ProcRecord {
  readonly #path: ProcPath;

  constructor(name: string) {
    this.#path = new ProcPath(name);
  }

  /**
   * Opens it; the descriptor or -errno. It stays with the very process, over its execs, and can be read again and again;
   * when that has gone it says nothing more, were the id another's by then.
   */
  open(pid: number): number {
    return openFile(this.#path.of(pid));
  }

  /** As `readProc`, of an open one. */
  static read(descriptor: number): Buffer | null {
    const length = readFromStart(descriptor, window);
    return length < 0 ? null : window.subarray(0, length);
  }

  /** As `readProc`. */
  read(pid: number): Buffer | null {
    const descriptor = this.open(pid);
    if (descriptor < 0) return null;
    const bytes = ProcRecord.read(descriptor);
    close(descriptor);
    return bytes;
  }
}

/** The kernel gives no more of a link's target than a page (fs/proc/base.c, do_proc_readlink). */
const LONGEST_TARGET = 4096;

/** A link that each process has. */
export class ProcLink {
  readonly #path: ProcPath;
  readonly #bytes = Buffer.alloc(LONGEST_TARGET);
  #length = 0;

  constructor(name: string) {
    this.#path = new ProcPath(name);
  }

  /** Reads the link of a process; `target` tells where it leads. False where the process has gone or may not be read. */
  take(pid: number): boolean {
    this.#length = readLink(this.#path.of(pid), this.#bytes);
    return this.#length >= 0;
  }

  /** Of the link that was read last; empty where it could not be. */
  get target(): string {
    return this.#length <= 0 ? '' : this.#bytes.toString('utf8', 0, this.#length);
  }

  /** Both at once; null where it can't be read. */
  read(pid: number): string | null {
    return this.take(pid) ? this.target : null;
  }
}

/** Thread group of a thread, from /proc/TID/status; null where it has gone. */
export function readGroup(tid: number): number | null {
  const group = readProc(tid, 'status')
    ?.toString('latin1')
    .match(/^Tgid:\t(\d+)$/m)?.[1];
  return group === undefined ? null : Number(group);
}
