import { socketOptionBytes } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import type { SocketAddress } from './sockaddr.js';

export type InetAddress = Extract<SocketAddress, { family: 'inet' }>;

const IPPROTO_TCP = 6;
const TCP_INFO = 11;
/** tcpi_state of a socket that has never connected, or not any more (include/net/tcp_states.h). */
const TCP_CLOSE = 7;
const tcpInfo = Buffer.alloc(8);

/** Whether a TCP socket has a connection, or is making one. */
export function isConnected(descriptor: number): boolean {
  if (descriptor < 0 || socketOptionBytes(descriptor, IPPROTO_TCP, TCP_INFO, tcpInfo) < 1) return false;
  return tcpInfo[0] !== TCP_CLOSE;
}

/** sendto(2) and sendmsg(2) with it open a connection (RFC 7413). */
const MSG_FASTOPEN = 0x20000000n;

export function opensConnection(flags: bigint): boolean {
  return (flags & MSG_FASTOPEN) !== 0n;
}

/** A 32-bit argument: the upper half of the register is not the kernel's business. */
export function low32(value: bigint): bigint {
  return value & 0xffffffffn;
}

export function inet(address: InetAddress): { address: string; port: number } {
  return { address: address.address, port: address.port };
}

/** A refused socket, in words. */
export function socketName(family: number, type: number, protocol: number): string {
  if (family === C.AF_INET || family === C.AF_INET6) {
    const icmp = protocol === 1 || protocol === 58;
    return icmp
      ? 'icmp'
      : type === C.SOCK_RAW
        ? `raw socket, protocol ${protocol}`
        : `socket, protocol ${protocol}`;
  }
  const names: Readonly<Record<number, string>> = {
    17: 'AF_PACKET',
    38: 'AF_ALG',
    40: 'AF_VSOCK',
    15: 'AF_KEY',
    44: 'AF_XDP',
  };
  return `socket ${names[family] ?? `family ${family}`}`;
}
