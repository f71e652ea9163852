import { readProcRecord } from './proc.js';

/** What a process has run since its last exec, as the kernel laid it out in memory. */
export interface Image {
  /**
   * The addresses that the kernel chose at random for this exec. Every fork without an exec keeps them, whatever
   * happens to its parents; prctl(PR_SET_MM), which could change them, is refused by the filter.
   */
  readonly key: string;
  /** Start of the process in clock ticks since boot; an exec keeps it. With the id it names one process for good. */
  readonly bornAt: string;
  /** Where argv begins in the process's memory, where it ends, and where the environment, which follows it, ends. */
  readonly argumentsAt: number;
  readonly argumentsEnd: number;
  readonly environmentEnd: number;
}

/** Fields of /proc/PID/stat, numbered as in proc_pid_stat(5). */
const START_TIME = 22;
const START_STACK = 28;
const ARG_START = 48;
const ARG_END = 49;
const ENV_END = 51;
/** The name is the second field, in brackets; it may hold blanks and brackets of its own. */
const FIRST_AFTER_NAME = 3;
const BLANK = 0x20;
const BRACKET = 0x29;

/** Reads it in one go; null where the process has gone, has no memory any more, or may not be read. */
export function readImage(tid: number): Image | null {
  const bytes = readProcRecord(tid, 'stat');
  return bytes === null ? null : parseImage(bytes);
}

/** By hand, without making a text of each field: it is paid twice by every exec of the command. */
export function parseImage(bytes: Buffer): Image | null {
  let field = FIRST_AFTER_NAME;
  let at = bytes.lastIndexOf(BRACKET) + 2;
  let bornAt = '';
  let stack = '';
  let argumentsAt = 0;
  let argumentsEnd = 0;
  for (; at < bytes.length; field += 1) {
    let end = at;
    while (end < bytes.length && bytes[end] !== BLANK) end += 1;
    if (field === START_TIME) bornAt = bytes.toString('latin1', at, end);
    else if (field === START_STACK) stack = bytes.toString('latin1', at, end);
    else if (field === ARG_START) argumentsAt = Number(bytes.toString('latin1', at, end));
    else if (field === ARG_END) argumentsEnd = Number(bytes.toString('latin1', at, end));
    else if (field === ENV_END) {
      const environmentEnd = Number(bytes.toString('latin1', at, end));
      // Zero is what somebody without the right to look is shown (fs/proc/array.c, do_task_stat).
      if (!(argumentsAt > 0 && environmentEnd >= argumentsEnd && argumentsEnd >= argumentsAt)) return null;
      const key = `${stack} ${argumentsAt} ${environmentEnd}`;
      return { key, bornAt, argumentsAt, argumentsEnd, environmentEnd };
    }
    at = end + 1;
  }
  return null;
}
