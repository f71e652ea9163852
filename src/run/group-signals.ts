import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * Tells whether a signal has gone to the whole process group: unshare(1), which is in it, blocks SIGINT and SIGTERM while it
 * waits (util-linux 2.36), so there it stays pending. For the first of each signal alone, since it stays so for good.
 * @param pid Of unshare, null while there is none
 */
export function groupSignals(pid: () => number | null): (signal: NodeJS.Signals) => boolean {
  const known = new Set<NodeJS.Signals>();
  return (signal) => {
    const waiting = pid();
    if (waiting === null || known.has(signal) || !isPending(waiting, constants.signals[signal])) return false;
    known.add(signal);
    return true;
  };
}

/** By the mask of proc_pid_status(5). */
function isPending(pid: number, number: number): boolean {
  try {
    const mask = /^ShdPnd:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
