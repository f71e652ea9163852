import type { IpPacket } from './ip-packet.js';
import { readIp } from './read-ip.js';

export const ICMP = 1;
export const ICMPV6 = 58;
/** Type, code, checksum and four bytes more, before the beginning of the packet that could not be delivered. */
const HEADER = 8;
const UNREACHABLE = 3;
const PORT = 3;
/** RFC 4443 §3.1. */
const UNREACHABLE_6 = 1;
const PORT_6 = 4;

export interface Undelivered {
  /** The packet's beginning: its ports are there, not much more. */
  readonly packet: IpPacket;
  readonly failure: 'ECONNREFUSED' | 'EHOSTUNREACH';
}

/** What an ICMP message says of a packet that could not be delivered (RFC 792, RFC 4443); null for all other messages. */
export function readUndelivered({ bytes, protocol, start, end }: IpPacket): Undelivered | null {
  if (end - start < HEADER) return null;
  const [type, code] = [bytes[start], bytes[start + 1]];
  if (type !== (protocol === ICMP ? UNREACHABLE : UNREACHABLE_6)) return null;
  const packet = readIp(bytes.subarray(0, end), start + HEADER);
  if (packet === null || packet.fragment !== null) return null;
  const isPort = code === (protocol === ICMP ? PORT : PORT_6);
  return { packet, failure: isPort ? 'ECONNREFUSED' : 'EHOSTUNREACH' };
}

/** Errors, and what a link needs to work: no attempt of anybody's to reach out (RFC 792, RFC 4443 §2.1, RFC 4861). */
export function isHousekeeping({ bytes, protocol, start }: IpPacket): boolean {
  const type = bytes[start];
  if (type === undefined) return true;
  if (protocol === ICMP) return [3, 4, 5, 9, 10, 11, 12].includes(type);
  return protocol === ICMPV6 && (type < 128 || (type >= 130 && type <= 143));
}
