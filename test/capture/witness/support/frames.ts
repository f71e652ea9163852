/* Ethernet frames by hand (RFC 791, RFC 8200, RFC 9293). */

export const PROTOCOL = { ICMP: 1, IGMP: 2, TCP: 6, UDP: 17, ICMPV6: 58 } as const;
export const FLAG = { FIN: 1, SYN: 2, RST: 4, ACK: 16 } as const;
const SANDBOX4 = [100, 127, 255, 254];
const REMOTE4 = [203, 0, 113, 9];
const SANDBOX6 = 'fd6567726573736c0000000000000000';
const REMOTE6 = '20010db8000000000000000000000009';

export function ethernet(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(14);
  header.writeUInt16BE(type, 12);
  return Buffer.concat([header, payload]);
}

/** @param options 4-byte units of options; @param fragment The 16 bits with flags and offset. */
export function ipv4(protocol: number, payload: Buffer, { options = 0, fragment = 0 } = {}): Buffer {
  const header = Buffer.alloc(20 + options * 4);
  header[0] = 0x45 + options;
  header.writeUInt16BE(header.length + payload.length, 2);
  header.writeUInt16BE(fragment, 6);
  header[9] = protocol;
  header.set(SANDBOX4, 12);
  header.set(REMOTE4, 16);
  return ethernet(0x0800, Buffer.concat([header, payload]));
}

export function ipv6(next: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = next;
  return ethernet(0x86dd, Buffer.concat([header, Buffer.from(SANDBOX6 + REMOTE6, 'hex'), payload]));
}

export function tcp(flags: number): Buffer {
  const segment = Buffer.alloc(20);
  segment.writeUInt16BE(40_000, 0);
  segment.writeUInt16BE(443, 2);
  segment[12] = 0x50;
  segment[13] = flags;
  return segment;
}

export function udp(payload: Buffer = Buffer.alloc(4)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(40_001, 0);
  header.writeUInt16BE(53, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** An ICMP message of either version. */
export function icmp(type: number): Buffer {
  return Buffer.of(type, 0, 0, 0, 0, 0, 0, 0);
}
