import { createReadWindow, readProcess } from '../../sandbox/libc.js';
import { parseSocketAddress, SOCKADDR_MAXIMUM, type SocketAddress } from './sockaddr.js';

/** `struct msghdr` starts with the address's pointer and length; `struct mmsghdr` is 64 bytes on 64-bit systems. */
const MSGHDR_SIZE = 16;
const MMSGHDR_SIZE = 64;
/** UIO_MAXIOV: the kernel takes no more of one sendmmsg(2), and sends those (net/socket.c, __sys_sendmmsg). */
const MAXIMUM_MESSAGES = 1024;

const window = createReadWindow(MMSGHDR_SIZE * MAXIMUM_MESSAGES);

/** The sockaddr at `pointer` in the thread's memory; null where it can't be read or makes no sense. */
export function readSocketAddress(tid: number, pointer: bigint, length: bigint): SocketAddress | null {
  if (pointer === 0n || length < 2n) return null;
  const size = Number(length > BigInt(SOCKADDR_MAXIMUM) ? BigInt(SOCKADDR_MAXIMUM) : length);
  const read = readProcess(window, tid, pointer, size);
  return read < size ? null : parseSocketAddress(window.buffer.subarray(0, read));
}

/** Address of a sendmsg(2), null where the message has none. */
export function readMessageAddress(tid: number, pointer: bigint): SocketAddress | null {
  const read = readProcess(window, tid, pointer, MSGHDR_SIZE);
  if (read < MSGHDR_SIZE) return null;
  return readSocketAddress(tid, window.buffer.readBigUInt64LE(0), BigInt(window.buffer.readUInt32LE(8)));
}

/** Different addresses of a sendmmsg(2); null where not all of its messages can be read. */
export function readMessageAddresses(tid: number, pointer: bigint, count: bigint): SocketAddress[] | null {
  const messages = Number(count > BigInt(MAXIMUM_MESSAGES) ? BigInt(MAXIMUM_MESSAGES) : count);
  const read = readProcess(window, tid, pointer, messages * MMSGHDR_SIZE);
  if (messages > 0 && read < messages * MMSGHDR_SIZE) return null;
  const names = new Map<string, readonly [bigint, bigint]>();
  for (let at = 0; at < messages * MMSGHDR_SIZE; at += MMSGHDR_SIZE) {
    const name = window.buffer.readBigUInt64LE(at);
    const length = BigInt(window.buffer.readUInt32LE(at + 8));
    // By its length too: of one that is cut short nothing is read.
    if (name !== 0n) names.set(`${name} ${length}`, [name, length]);
  }
  return [...names.values()]
    .map(([name, length]) => readSocketAddress(tid, name, length))
    .filter((address): address is SocketAddress => address !== null);
}
