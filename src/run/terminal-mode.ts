import { localModes } from '../sandbox/libc.js';

/** ICANON of <asm-generic/termbits.h>: the terminal gives whole lines, so no program is reading keys. */
const ICANON = 0x2;

/** Whether the terminal is in line mode; false where it is no terminal. */
export function isCanonical(fd: number): boolean {
  const modes = localModes(fd);
  return modes !== null && (modes & ICANON) !== 0;
}
