import fs from 'node:fs';
import type { Claim } from '../model/claim.js';
import { bare, defineProperty, uncurry, watchProperty } from './primordials.js';
import { writeJson } from './write-json.js';

/** The way out for claims. What the socket does not take is lost, and its number shows it. */
export interface Channel {
  /** False where the claim was lost. */
  send(claim: Claim): boolean;
}

/** Longest record in bytes; the reader takes no longer ones (capture/claims/claim-channel.ts). */
const LONGEST = 128 * 1024;
/** Random bits of the token, over eight. */
const TOKEN_BYTES = 16;
const BLANK = 0x20;
/** Milliseconds for which a claim waits that must not be lost. */
const PATIENCE = 1000;

const { closeSync, openSync, readlinkSync, readSync, writeSync } = fs;
const { wait } = Atomics;
const encoder = new TextEncoder();
const encodeInto = uncurry<object, [string, Uint8Array], { read: number; written: number }>(
  encoder.encodeInto,
);

/**
 * @param name `descriptor:inode` of the socket, and perhaps more, as the variable EGRESSLOCK_HOOK has it.
 * @param binding Node's binding `fs`, in which a program can replace what the functions of the module end in
 * @param isComplete Whether claims wait for room; else the program never does
 * @returns Null where the descriptor is not that socket: a program may have closed it and opened something else there.
 */
export function openChannel(
  name: string,
  thread: number,
  binding: object,
  isComplete: boolean,
): Channel | null {
  const [descriptor = Number.NaN, inode] = name.split(':').map(Number);
  const link = `/proc/self/fd/${descriptor}`;
  const socket = `socket:[${inode}]`;
  const isReadAsBefore = watchProperty(binding, 'readlink');
  const isWrittenAsBefore = watchProperty(binding, 'writeBuffer');
  // Memory of its own: what Buffer.from makes of a text lies where all short buffers of the program's do. The token is
  // outside of the JSON and never a string, of which the engine would tell in a snapshot of its heap.
  const memory = new ArrayBuffer(LONGEST);
  const record = new Uint8Array(memory);
  defineProperty(record, 'byteLength', bare({ value: LONGEST }));
  const start = writeToken(record);
  const body = new Uint8Array(memory, start);
  let seq = 0;
  // Not fstat: in Node 22 a call of it while modules are being loaded had links to packages loaded twice (measured).
  const isThere = (): boolean => {
    try {
      return isReadAsBefore() && isWrittenAsBefore() && readlinkSync(link) === socket;
    } catch {
      return false;
    }
  };
  if (!isThere()) return null;
  const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const write = (length: number): boolean => {
    for (let left = isComplete ? PATIENCE : 0; ; left -= 1) {
      try {
        writeSync(descriptor, record, 0, length);
        return true;
      } catch (error) {
        if (left === 0 || (error as NodeJS.ErrnoException).code !== 'EAGAIN') return false;
        wait(cell, 0, 0, 1);
      }
    }
  };
  return {
    send: (claim) => {
      seq += 1;
      if (!isThere()) return false;
      try {
        const text = writeJson({ thread, seq, ...claim });
        const { read, written } = encodeInto(encoder, text, body);
        return read === text.length && write(start + written);
      } catch {
        return false;
      }
    },
  };
}

/**
 * Begins a record with a random text in hex and a blank, and says how long they are. The module crypto would be dearer to
 * load, and Math.random can be computed backwards.
 */
function writeToken(record: Uint8Array): number {
  const bytes = new Uint8Array(TOKEN_BYTES);
  const file = openSync('/dev/urandom', 'r');
  readSync(file, bytes);
  closeSync(file);
  const digits = '0123456789abcdef';
  bytes.forEach((byte, at) => {
    record[2 * at] = digits.charCodeAt(byte >> 4);
    record[2 * at + 1] = digits.charCodeAt(byte & 15);
    bytes[at] = 0;
  });
  record[2 * TOKEN_BYTES] = BLANK;
  return 2 * TOKEN_BYTES + 1;
}
