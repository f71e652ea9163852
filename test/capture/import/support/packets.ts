/* Packets by hand, from the payload outwards (RFC 768, 791, 8200, 9293). */
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

export const FLAG = { FIN: 0x11, SYN: 0x02, RST: 0x04, ACK: 0x10, SYN_ACK: 0x12, PUSH: 0x18 } as const;
export const NOTHING = Buffer.alloc(0);

/** Source and destination. */
export interface Path {
  readonly from: string;
  readonly to: string;
  readonly sourcePort: number;
  readonly port: number;
}

export function back({ from, to, sourcePort, port }: Path): Path {
  return { from: to, to: from, sourcePort: port, port: sourcePort };
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2);
  });
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value >>> 0, index * 4);
  });
  return bytes;
}

export function addressBytes(address: string): Buffer {
  return Buffer.from(ipaddr.parse(address).toByteArray());
}

export function tcp(path: Path, sequence: number, flags: number, payload: Buffer = NOTHING): Buffer {
  return Buffer.concat([
    u16(path.sourcePort, path.port),
    u32(sequence, 1),
    Buffer.of(0x50, flags),
    u16(65_535, 0, 0),
    payload,
  ]);
}

export function udp(path: Path, payload: Buffer): Buffer {
  return Buffer.concat([u16(path.sourcePort, path.port, 8 + payload.length, 0), payload]);
}

export interface IpOptions {
  readonly identification?: number;
  /** Bytes before it, and whether more follow: makes a fragment. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  /** IPv6 extension headers, each with its number. */
  readonly extensions?: readonly (readonly [number, Buffer])[];
  /** IPv4 options, a multiple of 4 bytes. */
  readonly options?: Buffer;
}

export function ip(
  path: Pick<Path, 'from' | 'to'>,
  protocol: number,
  payload: Buffer,
  options: IpOptions = {},
) {
  return isIPv4(path.from) ? ipv4(path, protocol, payload, options) : ipv6(path, protocol, payload, options);
}

function ipv4(
  { from, to }: Pick<Path, 'from' | 'to'>,
  protocol: number,
  payload: Buffer,
  { identification = 0, fragment, options = NOTHING }: IpOptions,
): Buffer {
  const flags = fragment === undefined ? 0x4000 : (fragment.offset >> 3) | (fragment.more ? 0x2000 : 0);
  const length = 20 + options.length;
  return Buffer.concat([
    Buffer.of(0x40 | (length / 4), 0),
    u16(length + payload.length, identification, flags),
    Buffer.of(64, protocol, 0, 0),
    addressBytes(from),
    addressBytes(to),
    options,
    payload,
  ]);
}

function ipv6(
  { from, to }: Pick<Path, 'from' | 'to'>,
  protocol: number,
  payload: Buffer,
  { identification = 0, fragment, extensions = [] }: IpOptions,
): Buffer {
  const headers: (readonly [number, Buffer])[] = [...extensions];
  if (fragment !== undefined) {
    const field = fragment.offset | (fragment.more ? 1 : 0);
    headers.push([44, Buffer.concat([Buffer.of(0, 0), u16(field), u32(identification)])]);
  }
  const chain = headers.map(([, header], index) => {
    const bytes = Buffer.from(header);
    bytes[0] = headers[index + 1]?.[0] ?? protocol;
    return bytes;
  });
  const body = Buffer.concat([...chain, payload]);
  return Buffer.concat([
    u32(0x60000000),
    u16(body.length),
    Buffer.of(headers[0]?.[0] ?? protocol, 64),
    addressBytes(from),
    addressBytes(to),
    body,
  ]);
}

/** An IPv6 extension header of 8 bytes: hop-by-hop (0) or destination options (60), padded. */
export const PADDED_EXTENSION = Buffer.of(0, 0, 1, 4, 0, 0, 0, 0);

/** Cuts a datagram's payload into fragments of at most `size` bytes, a multiple of 8. */
export function fragments(
  path: Path,
  protocol: number,
  payload: Buffer,
  size: number,
  identification: number,
) {
  const cut: Buffer[] = [];
  for (let offset = 0; offset < payload.length; offset += size) {
    const part = payload.subarray(offset, offset + size);
    const fragment = { offset, more: offset + size < payload.length };
    cut.push(ip(path, protocol, part, { identification, fragment }));
  }
  return cut;
}
