import { CONSTANTS as C } from '../../sandbox/syscalls.js';

/** The largest `struct sockaddr` that the kernel takes: sizeof(struct sockaddr_storage). */
export const SOCKADDR_MAXIMUM = 128;

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
      return { family: 'inet', address: [...bytes.subarray(4, 8)].join('.'), port: bytes.readUInt16BE(2) };
    case C.AF_INET6:
      if (bytes.length < 24) return null;
      return { family: 'inet', address: ipv6Text(bytes.subarray(8, 24)), port: bytes.readUInt16BE(2) };
    case C.AF_UNIX: {
      const end = bytes.indexOf(0, 2);
      const path = bytes.subarray(2, end < 0 ? bytes.length : end).toString();
      return { family: 'unix', path: path === '' ? null : path };
    }
    default:
      return { family: 'other', number: family };
  }
}

/** Canonical text (RFC 5952); an IPv4-mapped address as IPv4, since that is where the packets go. */
export function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [...bytes.subarray(12, 16)].join('.');
  }
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1;
    else if (index - start + 1 > best.length) best = { start, length: index - start + 1 };
  });
  return best;
}
