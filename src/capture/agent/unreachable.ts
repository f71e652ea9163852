import { isIpv6 } from '../../model/ip.js';
import { close, connect, send, socket } from '../../sandbox/libc.js';
import type { Inside } from '../../sandbox/network-namespace.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { socketAddressBytes } from './address-bytes.js';

/** A datagram of the command's that goes nowhere. */
export interface Undelivered {
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
}

const UDP = 17;
const UDP_HEADER = 8;
/** Type, code, checksum and four bytes of nothing (RFC 792, RFC 4443 §3.1). */
const HEADER = 8;
/** Port unreachable. */
const V4 = { protocol: 1, type: 3, code: 3 } as const;
const V6 = { protocol: 58, type: 1, code: 4 } as const;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TIME_TO_LIVE = 64;

/**
 * Says to whoever has sent a datagram what its host would say if nobody listened there: a connected socket gets
 * ECONNREFUSED (udp(7)), where it would wait for an answer until it gives up.
 */
export class Unreachable {
  readonly #inGateway: Inside;
  /** By address family; negative where there is none, which is no reason to end the run: the datagram goes nowhere anyway. */
  readonly #sockets = new Map<number, number>();

  constructor(inGateway: Inside) {
    this.#inGateway = inGateway;
  }

  tell({ client, server }: Undelivered): void {
    const ipv6 = isIpv6(client.address);
    const fd = this.#socket(ipv6 ? C.AF_INET6 : C.AF_INET, ipv6 ? V6.protocol : V4.protocol);
    if (fd < 0 || connect(fd, socketAddressBytes(client.address, 0)) < 0) return;
    send(fd, ipv6 ? unreachableV6({ client, server }) : unreachableV4({ client, server }));
  }

  /** Idempotent. */
  close(): void {
    for (const fd of this.#sockets.values()) if (fd >= 0) close(fd);
    this.#sockets.clear();
  }

  #socket(family: number, protocol: number): number {
    const known = this.#sockets.get(family);
    if (known !== undefined) return known;
    const type = C.SOCK_RAW | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK;
    const fd = this.#inGateway(() => socket(family, type, protocol));
    this.#sockets.set(family, fd);
    return fd;
  }
}

/** With the beginning of the datagram that it is about (RFC 792): by its ports its sender is found. */
function unreachableV4({ client, server }: Undelivered): Buffer {
  const message = Buffer.alloc(HEADER + IPV4_HEADER + UDP_HEADER);
  message.set([V4.type, V4.code]);
  const ip = message.subarray(HEADER);
  ip[0] = 0x45;
  ip.writeUInt16BE(IPV4_HEADER + UDP_HEADER, 2);
  ip.set([TIME_TO_LIVE, UDP], 8);
  ip.set(addressBytes(client.address, 4), 12);
  ip.set(addressBytes(server.address, 4), 16);
  writeUdp(ip.subarray(IPV4_HEADER), client.port, server.port);
  message.writeUInt16BE(checksum(message), 2);
  return message;
}

/** Its checksum is the kernel's to fill in (RFC 3542 §3.1). */
function unreachableV6({ client, server }: Undelivered): Buffer {
  const message = Buffer.alloc(HEADER + IPV6_HEADER + UDP_HEADER);
  message.set([V6.type, V6.code]);
  const ip = message.subarray(HEADER);
  ip[0] = 0x60;
  ip.writeUInt16BE(UDP_HEADER, 4);
  ip.set([UDP, TIME_TO_LIVE], 6);
  ip.set(addressBytes(client.address, 8), 8);
  ip.set(addressBytes(server.address, 8), 24);
  writeUdp(ip.subarray(IPV6_HEADER), client.port, server.port);
  return message;
}

/** @param at Where it stands in a socket address */
function addressBytes(address: string, at: 4 | 8): Buffer {
  return socketAddressBytes(address, 0).subarray(at, at + (at === 4 ? 4 : 16));
}

function writeUdp(into: Buffer, from: number, to: number): void {
  into.writeUInt16BE(from, 0);
  into.writeUInt16BE(to, 2);
  into.writeUInt16BE(UDP_HEADER, 4);
}

/** RFC 1071, of an even number of bytes. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
