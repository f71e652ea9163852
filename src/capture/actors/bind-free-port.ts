import { bind, localPort, socketOption } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';

/**
 * Source port of a socket; binds it to a free one first where it has none yet, on any address, which is
 * what the kernel would do at the first datagram (net/ipv4/udp.c, inet_autobind) or connect. 0 where neither works.
 */
export function bindToFreePort(descriptor: number): number {
  const bound = localPort(descriptor);
  if (bound !== 0) return Math.max(bound, 0);
  const family = socketOption(descriptor, C.SOL_SOCKET, C.SO_DOMAIN);
  const any = Buffer.alloc(family === C.AF_INET6 ? 28 : 16);
  any.writeUInt16LE(family === C.AF_INET6 ? C.AF_INET6 : C.AF_INET, 0);
  return bind(descriptor, any) < 0 ? 0 : Math.max(localPort(descriptor), 0);
}
