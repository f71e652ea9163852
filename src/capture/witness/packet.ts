import { ipv4Text, ipv6Text } from '../actors/sockaddr.js';

/** The few facts of a packet by which the witness counts. */
export interface PacketFacts {
  readonly source: string;
  readonly address: string;
  /** IP protocol number; for IPv6 the first next-header that is not an extension we know. */
  readonly protocol: number;
  readonly sourcePort: number;
  readonly port: number;
  /** A SYN without ACK: the start of a connection. */
  readonly opens: boolean;
  /** An ICMP error or IGMP membership: the kernel's own, no process of the sandbox can send one. */
  readonly housekeeping: boolean;
}

const ETHERNET = 14;
const TCP = 6;
const UDP = 17;
const FRAGMENT = 44;
/** Hop-by-hop, routing, fragment, destination options: 8-byte units (RFC 8200 §4). */
const EXTENSIONS = new Set([0, 43, FRAGMENT, 60]);
/** Of the 16 bits with a fragment's offset: IPv4 has flags above it (RFC 791), IPv6 below (RFC 8200 §4.5). */
const OFFSET_IPV4 = 0x1fff;
const OFFSET_IPV6 = 0xfff8;
const MAXIMUM_EXTENSIONS = 8;

/**
 * Reads an Ethernet frame; null where it is no IP packet or too short to tell, and for the later fragments of a
 * datagram: they have no ports of their own, and come to nothing without the first, which is read.
 */
export function readPacket(frame: Buffer): PacketFacts | null {
  if (frame.length < ETHERNET + 20) return null;
  switch (frame.readUInt16BE(12)) {
    case 0x0800: {
      if ((frame.readUInt16BE(ETHERNET + 6) & OFFSET_IPV4) !== 0) return null;
      const header = ((frame[ETHERNET] ?? 0) & 0xf) * 4;
      return transport(
        frame,
        ETHERNET + header,
        frame[ETHERNET + 9] ?? 0,
        ipv4Text(frame, ETHERNET + 12),
        ipv4Text(frame, ETHERNET + 16),
      );
    }
    case 0x86dd:
      return readIpv6(frame);
    default:
      return null;
  }
}

function readIpv6(frame: Buffer): PacketFacts | null {
  if (frame.length < ETHERNET + 40) return null;
  const source = ipv6Text(frame, ETHERNET + 8);
  const address = ipv6Text(frame, ETHERNET + 24);
  let next = frame[ETHERNET + 6] ?? 0;
  let offset = ETHERNET + 40;
  for (
    let count = 0;
    EXTENSIONS.has(next) && count < MAXIMUM_EXTENSIONS && offset + 8 <= frame.length;
    count += 1
  ) {
    if (next === FRAGMENT && (frame.readUInt16BE(offset + 2) & OFFSET_IPV6) !== 0) return null;
    next = frame[offset] ?? 0;
    offset += ((frame[offset + 1] ?? 0) + 1) * 8;
  }
  return transport(frame, offset, next, source, address);
}

function transport(
  frame: Buffer,
  offset: number,
  protocol: number,
  source: string,
  address: string,
): PacketFacts {
  const hasPorts = (protocol === TCP || protocol === UDP) && offset + 4 <= frame.length;
  const flags = protocol === TCP && offset + 14 <= frame.length ? (frame[offset + 13] ?? 0) : 0;
  return {
    source,
    address,
    protocol,
    sourcePort: hasPorts ? frame.readUInt16BE(offset) : 0,
    port: hasPorts ? frame.readUInt16BE(offset + 2) : 0,
    opens: (flags & 0x12) === 0x02,
    housekeeping: isHousekeeping(protocol, frame[offset]),
  };
}

const IGMP = 2;
const ICMP = 1;
const ICMPV6 = 58;
/** Destination unreachable, source quench, time exceeded, parameter problem (RFC 792). */
const ICMP_ERRORS = new Set([3, 4, 11, 12]);

function isHousekeeping(protocol: number, type: number | undefined): boolean {
  if (protocol === IGMP) return true;
  if (protocol === ICMP) return type !== undefined && ICMP_ERRORS.has(type);
  // RFC 4443 §2.1: error messages are those below 128.
  return protocol === ICMPV6 && type !== undefined && type < 128;
}
