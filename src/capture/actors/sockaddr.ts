import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { uint16 } from '../uint16.js';

/** The largest `struct sockaddr` that the kernel takes: sizeof(struct sockaddr_storage). */
export const SOCKADDR_MAXIMUM = 128;
/** Of an IPv6 address, of 16 bits each. */
const GROUPS = 8;
/** Groups of zeros before the `ffff` of an IPv4-mapped address (RFC 4291 §2.5.5.2). */
const MAPPED = 5;

export type SocketAddress =
  | { readonly family: 'inet'; readonly address: string; readonly port: number }
  /** Path in the file system, or null for an abstract or unnamed socket, which don't cross namespaces. */
  | { readonly family: 'unix'; readonly path: string | null }
  | { readonly family: 'other'; readonly number: number };

/** Reads a sockaddr of any family; null where it is shorter than its family needs. */
export function parseSocketAddress(bytes: Buffer): SocketAddress | null {
  if (bytes.length < 2) return null;
  const family = bytes.readUInt16LE(0);
  switch (family) {
    case C.AF_INET:
      if (bytes.length < 8) return null;
      return { family: 'inet', address: ipv4Text(bytes, 4), port: bytes.readUInt16BE(2) };
    case C.AF_INET6:
      if (bytes.length < 24) return null;
      return { family: 'inet', address: ipv6Text(bytes, 8), port: bytes.readUInt16BE(2) };
    case C.AF_UNIX: {
      const end = bytes.indexOf(0, 2);
      const path = bytes.subarray(2, end < 0 ? bytes.length : end).toString();
      return { family: 'unix', path: path === '' ? null : path };
    }
    default:
      return { family: 'other', number: family };
  }
}

/** Four numbers with dots, of the four bytes at an offset. */
export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** Canonical text (RFC 5952) of the 16 bytes at an offset; an IPv4-mapped address as IPv4, since that is where the packets go. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const zeros = longestZeroRun(bytes, at);
  if (zeros.start === 0 && zeros.length === MAPPED && uint16(bytes, at + MAPPED * 2) === 0xffff)
    return ipv4Text(bytes, at + 12);
  if (zeros.length < 2) return hexGroups(bytes, at, 0, GROUPS);
  return `${hexGroups(bytes, at, 0, zeros.start)}::${hexGroups(bytes, at, zeros.start + zeros.length, GROUPS)}`;
}

/** In groups of 16 bits; of equal ones the first. */
function longestZeroRun(bytes: Uint8Array, at: number): { readonly start: number; readonly length: number } {
  let best = 0;
  let length = 0;
  let start = 0;
  for (let group = 0; group < GROUPS; group += 1) {
    if (uint16(bytes, at + group * 2) !== 0) start = group + 1;
    else if (group - start + 1 > length) {
      best = start;
      length = group - start + 1;
    }
  }
  return { start: best, length };
}

function hexGroups(bytes: Uint8Array, at: number, from: number, to: number): string {
  let text = '';
  for (let group = from; group < to; group += 1)
    text += `${group > from ? ':' : ''}${uint16(bytes, at + group * 2).toString(16)}`;
  return text;
}
