import { setStatusFlags, statusFlags } from '../sandbox/libc.js';
import { CONSTANTS as C } from '../sandbox/syscalls.js';
import type { StreamModes } from './stream-modes.js';

/** Makes those streams blocking again that were: who reads and finds nothing yet is to wait, and who writes likewise. */
export function restoreStreams(modes: StreamModes): void {
  for (const fd of modes) {
    const flags = statusFlags(fd);
    if (flags >= 0 && (flags & C.O_NONBLOCK) !== 0) setStatusFlags(fd, flags & ~C.O_NONBLOCK);
  }
}
