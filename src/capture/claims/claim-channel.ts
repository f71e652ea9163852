import { fstatSync } from 'node:fs';
import type { HeardClaim, HeardClaims } from '../../model/claim.js';
import {
  close,
  createMailWindow,
  receiveFrom,
  setSocketOption,
  setStatusFlags,
  socketPair,
  whenReadable,
} from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { parseClaim } from './parse-claim.js';

/** Number of the channel's descriptor in the command: above those that programs open or pass on by their numbers. */
export const CHANNEL_DESCRIPTOR = 197;

/** Longest datagram: 40 frames with paths of 1024 characters. */
const LONGEST_CLAIM = 128 * 1024;
/** Claims that are kept of one run; a program that tells more has the rest counted as lost. */
const MOST_CLAIMS = 200_000;
/** Bytes that may wait to be read; the kernel grants less to an ordinary user (net.core.wmem_max, socket(7)). */
const WAITING_BYTES = 8 * 1024 * 1024;
/** Datagrams that may wait, each of which the kernel counts with half a KiB at the least: what comes later is not read with them. */
const MOST_WAITING = WAITING_BYTES / 512;
/** Datagrams read in one go, before the event loop gets its turn. */
const BATCH = 512;

/** Where the hook's claims arrive. */
export interface ClaimChannel {
  /** The command's end, to be given to it as `CHANNEL_DESCRIPTOR`. A copy stays here: so its end means that it was shut. */
  readonly descriptor: number;
  /** `descriptor:inode`, by which the hook knows the channel, and `:all` where it is to leave nothing out. */
  readonly name: string;
  /** Reads what waits, and returns all that was heard by now: a list that grows. */
  soFar(): readonly HeardClaim[];
  /** Whether there were more than are kept: what was told since is not in the list. */
  readonly isFull: boolean;
  /** The same, ends the channel and says what all of it came to. */
  close(): HeardClaims;
}

/**
 * @param now Milliseconds since the run's start
 * @param isComplete Whether hooks are to tell of each request, and to let none through that they could not tell of
 * @throws SandboxError `system-call`
 */
export function openClaimChannel(now: () => number, isComplete: boolean): ClaimChannel {
  const [ours, theirs] = socketPair(C.SOCK_SEQPACKET);
  setSocketOption(ours, C.SOL_SOCKET, C.SO_PASSCRED, 1);
  setSocketOption(theirs, C.SOL_SOCKET, C.SO_SNDBUF, WAITING_BYTES);
  setSocketOption(theirs, C.SOL_SOCKET, C.SO_SNDBUFFORCE, WAITING_BYTES);
  // The program that tells something must never wait for us.
  setStatusFlags(theirs, C.O_NONBLOCK);
  const window = createMailWindow(LONGEST_CLAIM);
  const claims: HeardClaim[] = [];
  const seen = new Map<string, { highest: number; count: number }>();
  let malformed = 0;
  let dropped = 0;
  let isOpen = true;
  let isCut = false;
  const hear = (length: number, pid: number | null): void => {
    const parsed = pid === null ? null : parseClaim(window.buffer.subarray(0, length));
    if (parsed === null || pid === null) {
      malformed += 1;
      return;
    }
    const sender = `${pid} ${parsed.thread}`;
    const before = seen.get(sender) ?? { highest: 0, count: 0 };
    seen.set(sender, { highest: Math.max(before.highest, parsed.seq), count: before.count + 1 });
    if (claims.length >= MOST_CLAIMS) dropped += 1;
    else claims.push({ pid, at: now(), ...parsed });
  };
  const read = (most: number): void => {
    for (let count = 0; count < most; count += 1) {
      const { length, pid } = receiveFrom(ours, window);
      if (length === 0 && pid === null) {
        isCut ||= isOpen;
        return watch.stop();
      }
      if (length < 0) return;
      hear(length, pid);
    }
  };
  const watch = whenReadable(ours, () => read(BATCH));
  watch.unref();
  return {
    descriptor: theirs,
    name: `${CHANNEL_DESCRIPTOR}:${fstatSync(theirs).ino}${isComplete ? ':all' : ''}`,
    soFar: () => {
      if (isOpen && !isCut) read(MOST_WAITING);
      return claims;
    },
    get isFull() {
      return dropped > 0;
    },
    close: () => {
      if (isOpen) {
        isOpen = false;
        watch.stop();
        read(MOST_CLAIMS);
        close(ours);
        close(theirs);
      }
      const gaps = [...seen.values()].map(({ highest, count }) => Math.max(0, highest - count));
      return { claims, lost: dropped + gaps.reduce((sum, gap) => sum + gap, 0), malformed, isCut };
    },
  };
}
