import { type IpPacket, viewOf } from './ip-packet.js';
import { readIpv4 } from './ipv4.js';
import { readIpv6 } from './ipv6.js';

/** The IP packet at an offset, by the version that it gives itself; null where it is none. */
export function readIp(bytes: Buffer, at: number): IpPacket | null {
  switch ((bytes[at] ?? 0) >> 4) {
    case 4:
      return readIpv4(bytes, viewOf(bytes), at);
    case 6:
      return readIpv6(bytes, viewOf(bytes), at);
    default:
      return null;
  }
}
