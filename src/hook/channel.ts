import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import type { Claim } from '../model/claim.js';

/** The way out for claims. It never waits: what the socket does not take at once is lost, and its number shows it. */
export interface Channel {
  /** False where the claim was lost. */
  send(claim: Claim): boolean;
}

const { closeSync, openSync, readlinkSync, readSync, writeSync } = fs;
const { from } = Buffer;
const { stringify } = JSON;

/**
 * @param name `descriptor:inode` of the socket, as the variable EGRESSLOCK_HOOK has it.
 * Null where the descriptor is not that socket: a program may have closed it and opened something else there.
 */
export function openChannel(name: string, thread: number): Channel | null {
  const [descriptor = Number.NaN, inode] = name.split(':').map(Number);
  const link = `/proc/self/fd/${descriptor}`;
  // Outside of the JSON: a toJSON of the program's would be shown what is in it.
  const token = randomText();
  let seq = 0;
  // Not fstat: in Node 22 a call of it while modules are being loaded had links to packages loaded twice (measured).
  const isThere = (): boolean => {
    try {
      return readlinkSync(link) === `socket:[${inode}]`;
    } catch {
      return false;
    }
  };
  if (!isThere()) return null;
  return {
    send: (claim) => {
      seq += 1;
      if (!isThere()) return false;
      try {
        writeSync(descriptor, from(`${token} ${stringify({ thread, seq, ...claim })}`));
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** 128 random bits in hex; the module crypto would be dearer to load, and Math.random can be computed backwards. */
function randomText(): string {
  const bytes = Buffer.alloc(16);
  const file = openSync('/dev/urandom', 'r');
  readSync(file, bytes);
  closeSync(file);
  return bytes.toString('hex');
}
