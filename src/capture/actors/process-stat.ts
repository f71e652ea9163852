import { close } from '../../sandbox/libc.js';
import type { Image } from './image.js';
import { ProcRecord } from './proc.js';

/** What /proc/TID/stat says of a thread and its process. */
export interface ProcessStat {
  /** Process id of the parent; 0 where there is none in sight. */
  readonly parent: number;
  /** Start of the thread in clock ticks since boot; an exec keeps the process's. With the id it names one process for good. */
  readonly bornAt: number;
  /** Whether the thread is the first of its group, whose id is the process's. */
  readonly isFirst: boolean;
  /** Null where it has no memory any more, or may not be looked at. */
  readonly image: Image | null;
}

/** Fields, numbered as in proc_pid_stat(5). */
const PARENT = 4;
const START_TIME = 22;
const START_STACK = 28;
/** -1 of every thread but the first (kernel/fork.c, copy_process). */
const EXIT_SIGNAL = 38;
const ARG_START = 48;
const ARG_END = 49;
const ENV_END = 51;
/** The name is the second field, in brackets; it may hold blanks and brackets of its own. */
const FIRST_AFTER_NAME = 3;
const BLANK = 0x20;
const BRACKET = 0x29;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

const STAT = new ProcRecord('stat');

/** Reads it in one go; null where the thread has gone. */
export function readStat(tid: number): ProcessStat | null {
  const bytes = STAT.read(tid);
  return bytes === null ? null : parseStat(bytes);
}

/** Processes whose file is kept open, at most. */
const KEPT = 64;

/**
 * The stat files of processes that are asked for again soon, as those are that want to exec: they stay open, which saves
 * opening them while the process waits.
 */
export class StatFiles {
  /** Process to descriptor, the oldest first. */
  readonly #open = new Map<number, number>();

  /** As `readStat`. */
  read(pid: number): ProcessStat | null {
    const known = this.#open.get(pid);
    if (known !== undefined) {
      const bytes = ProcRecord.read(known);
      if (bytes !== null) return parseStat(bytes);
      // That process has gone, and the id may be another's.
      this.drop(pid);
    }
    const descriptor = STAT.open(pid);
    if (descriptor < 0) return null;
    if (this.#open.size >= KEPT) {
      const oldest = this.#open.keys().next().value;
      if (oldest !== undefined) this.drop(oldest);
    }
    this.#open.set(pid, descriptor);
    const bytes = ProcRecord.read(descriptor);
    return bytes === null ? null : parseStat(bytes);
  }

  drop(pid: number): void {
    const descriptor = this.#open.get(pid);
    if (descriptor === undefined) return;
    this.#open.delete(pid);
    close(descriptor);
  }

  stop(): void {
    for (const pid of [...this.#open.keys()]) this.drop(pid);
  }
}

/** By hand, and without a text of anything: it is paid twice by every exec of the command. Null where the line is cut. */
export function parseStat(bytes: Buffer): ProcessStat | null {
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] !== BRACKET) at -= 1;
  at += 2;
  let [parent, bornAt, stack, argumentsAt, argumentsEnd] = [0, 0, 0, 0, 0];
  let isFirst = true;
  for (let field = FIRST_AFTER_NAME; at < bytes.length; field += 1, at += 1) {
    let value = 0;
    const isNegative = bytes[at] === MINUS;
    for (; at < bytes.length; at += 1) {
      const digit = bytes[at] ?? BLANK;
      if (digit === BLANK) break;
      value = digit >= ZERO && digit <= NINE ? value * 10 + (digit - ZERO) : Number.NaN;
    }
    if (field === PARENT) parent = value;
    else if (field === START_TIME) bornAt = value;
    else if (field === START_STACK) stack = value;
    else if (field === EXIT_SIGNAL) isFirst = !isNegative;
    else if (field === ARG_START) argumentsAt = value;
    else if (field === ARG_END) argumentsEnd = value;
    else if (field === ENV_END) {
      // Zero is what somebody without the right to look is shown (fs/proc/array.c, do_task_stat).
      const isShown = argumentsAt > 0 && value >= argumentsEnd && argumentsEnd >= argumentsAt;
      const image = isShown ? { stack, argumentsAt, argumentsEnd, environmentEnd: value } : null;
      return { parent, bornAt, isFirst, image };
    }
  }
  return null;
}
