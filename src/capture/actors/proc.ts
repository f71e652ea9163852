import { readFileStart, readLink, readProcFile } from '../../sandbox/libc.js';

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

/** As `readProc`, in one read: for files that the kernel writes as one record, not for tables. */
export function readProcRecord(pid: number, name: string): Buffer | null {
  const length = readProcFile(`/proc/${pid}/${name}`, window);
  return length < 0 ? null : window.subarray(0, length);
}

/** Target of a link below /proc; null as above. */
export function readProcLink(pid: number, name: string): string | null {
  const length = readLink(`/proc/${pid}/${name}`, window);
  return length < 0 ? null : window.toString('utf8', 0, length);
}

/** Thread group and parent of a thread, from /proc/TID/status. */
export function readFamily(tid: number): { readonly group: number; readonly parent: number } | null {
  const text = readProc(tid, 'status')?.toString('latin1');
  const group = text?.match(/^Tgid:\t(\d+)$/m)?.[1];
  const parent = text?.match(/^PPid:\t(\d+)$/m)?.[1];
  return group === undefined || parent === undefined
    ? null
    : { group: Number(group), parent: Number(parent) };
}
