import { constants, readFileSync } from 'node:fs';

/** Numbers of those standard streams that were blocking. */
export type StreamModes = ReadonlySet<number>;

/** By the octal flags of proc_pid_fdinfo(5); false where the descriptor is not open. */
function isBlocking(fd: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & constants.O_NONBLOCK) === 0;
  } catch {
    return false;
  }
}

/**
 * How the standard streams were when the program began. Node sets pipes and sockets to O_NONBLOCK at first use, and with
 * them all who share them: the command, and the caller's other programs. So this module is loaded before any use, and
 * without system calls of our own, which are loaded later.
 */
export const STREAM_MODES: StreamModes = new Set([0, 1, 2].filter(isBlocking));
