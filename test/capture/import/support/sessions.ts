/* What a client does on the wire, as IP packets. */

import { protectInitial } from '../../recognize/quic/support.js';
import { concat } from '../../recognize/support/bytes.js';
import { helloMessage, records, serverName } from '../../recognize/support/hello.js';
import { answerTo, query, type Record as Resource, TYPE } from '../../resolver/support/messages.js';
import { addressBytes, back, FLAG, ip, type Path, tcp, udp } from './packets.js';

const TCP = 6;
const UDP = 17;

export function clientHello(name: string): Buffer {
  return Buffer.from(records(helloMessage([serverName(Buffer.from(name))])));
}

export function addressRecord(address: string): Resource {
  const data = addressBytes(address);
  return { type: data.length === 4 ? TYPE.A : TYPE.AAAA, data };
}

/** A query over UDP and, where there are addresses, its answer. */
export function lookUp(path: Path, name: string, addresses: readonly string[] | null, id = 1): Buffer[] {
  const asked = query(name, { id, type: path.to.includes(':') ? TYPE.AAAA : TYPE.A });
  const question = ip(path, UDP, udp(path, asked));
  if (addresses === null) return [question];
  const answer = answerTo(asked, { answers: addresses.map(addressRecord) });
  return [question, ip(back(path), UDP, udp(back(path), answer))];
}

/** A connection in good order: both sides say what they say, in segments of at most `size` bytes. */
export function connection(path: Path, sent: Buffer, received: Buffer, size = 1400): Buffer[] {
  const packets: Buffer[] = [];
  const numbers = { sent: 1000, received: 0xfffffff0 };
  const say = (direction: 'sent' | 'received', flags: number, payload?: Buffer): void => {
    const way = direction === 'sent' ? path : back(path);
    packets.push(ip(way, TCP, tcp(way, numbers[direction], flags, payload)));
    const takes = flags === FLAG.SYN || flags === FLAG.SYN_ACK || flags === FLAG.FIN ? 1 : 0;
    numbers[direction] += takes + (payload?.length ?? 0);
  };
  say('sent', FLAG.SYN);
  say('received', FLAG.SYN_ACK);
  say('sent', FLAG.ACK);
  for (let at = 0; at < sent.length; at += size) say('sent', FLAG.PUSH, sent.subarray(at, at + size));
  for (let at = 0; at < received.length; at += size)
    say('received', FLAG.PUSH, received.subarray(at, at + size));
  say('sent', FLAG.FIN);
  say('received', FLAG.FIN);
  say('sent', FLAG.ACK);
  return packets;
}

/** Queries over TCP, each with its answer. */
export function lookUpByTcp(path: Path, names: readonly string[], address: string): Buffer[] {
  const framed = (message: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    return Buffer.concat([length, message]);
  };
  const asked = names.map((name, index) => query(name, { id: index + 1 }));
  const answers = asked.map((message) => answerTo(message, { answers: [addressRecord(address)] }));
  return connection(path, Buffer.concat(asked.map(framed)), Buffer.concat(answers.map(framed)));
}

/** A QUIC client's first datagram. */
export function quicInitial(path: Path, name: string, version = 1): Buffer {
  const alpn = Buffer.from('0010000500030268 33'.replaceAll(' ', ''), 'hex');
  const hello = Buffer.from(helloMessage([serverName(Buffer.from(name)), alpn]));
  const datagram = protectInitial({ version, frames: cryptoFrame(0, hello) });
  return ip(path, UDP, udp(path, datagram));
}

/** RFC 9000 §19.6, with two-byte integers. */
export function cryptoFrame(offset: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head[0] = 6;
  head.writeUInt16BE(0x4000 | offset, 1);
  head.writeUInt16BE(0x4000 | bytes.length, 3);
  return Buffer.from(concat(head, bytes));
}

/** One of everything that an import names, over IPv4 or IPv6. */
export function everything(version: 4 | 6): Buffer[] {
  const client = version === 4 ? '198.51.100.2' : '2001:db8::2';
  const resolver = version === 4 ? '198.51.100.53' : '2001:db8::53';
  const server = (number: number): string =>
    version === 4 ? `203.0.113.${number}` : `2001:db8:1::${number.toString(16)}`;
  const to = (address: string, sourcePort: number, port: number): Path => ({
    from: client,
    to: address,
    sourcePort,
    port,
  });
  const http = Buffer.from('GET / HTTP/1.1\r\nHost: plain.example\r\n\r\n');
  return [
    ...lookUp(to(resolver, 40_000, 53), 'tls.example', [server(1)], 7),
    ...connection(to(server(1), 41_000, 443), clientHello('tls.example'), Buffer.alloc(3000, 1)),
    ...lookUp(to(resolver, 40_001, 53), 'plain.example', [server(2)], 8),
    ...connection(to(server(2), 41_001, 80), http, Buffer.from('HTTP/1.1 204 No Content\r\n\r\n')),
    ...lookUp(to(resolver, 40_002, 53), 'gone.example', null, 9),
    ...lookUpByTcp(to(resolver, 40_003, 53), ['one.example', 'two.example'], server(3)),
    ...lookUp(to(resolver, 40_004, 53), 'quick.example', [server(4)], 10),
    quicInitial(to(server(4), 41_002, 443), 'quick.example'),
    ip(to(server(5), 41_003, 8080), 6, tcp(to(server(5), 41_003, 8080), 1, FLAG.SYN)),
  ];
}

/** Packets a millisecond apart. */
export function timed(
  packets: readonly Buffer[],
  start = 1_700_000_000_000,
): { at: number; bytes: Buffer }[] {
  return packets.map((bytes, index) => ({ at: start + index, bytes }));
}
