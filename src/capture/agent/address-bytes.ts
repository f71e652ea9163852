import net from 'node:net';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';

/** Encodes `struct sockaddr_in` (16 bytes) or `sockaddr_in6` (28 bytes); the address must be canonical text. */
export function socketAddressBytes(address: string, port: number): Buffer {
  if (net.isIPv4(address)) {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt16LE(C.AF_INET, 0);
    bytes.writeUInt16BE(port, 2);
    bytes.set(address.split('.').map(Number), 4);
    return bytes;
  }
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(C.AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  groups.forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 8 + index * 2);
  });
  return bytes;
}
