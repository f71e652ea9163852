import { closeSync, openSync, writeSync } from 'node:fs';

/*
 * Captures by hand: classic pcap, little endian, Ethernet with frames of 1,514 bytes at most, an acknowledgement for every
 * second segment. Names are looked up (A and AAAA), connections say a TLS hello and download.
 */

/**
 * What is in a capture. An install on the wire, as measured with npm (644 packages, a cold cache): 15 connections in 100 MB,
 * a request of some 400 bytes for each 300 kB, four of five TLS records of 16 kB. And one that is harder than any build:
 * each 100 kB have a connection and look-ups of their own, each segment a TLS record.
 */
export const SHAPES = {
  install: { download: 6_700_000, request: 300_000, record: 16_384 },
  shortConnections: { download: 100_000, request: Number.POSITIVE_INFINITY, record: 1443 },
};
const HOSTS = 100;
const SEGMENT = 1448;
const REQUEST = 400;
const RECORD_HEADER = 5;
const CLIENT = [198, 51, 100, 2];
const RESOLVER = [198, 51, 100, 53];
const FLAG = { FIN: 0x11, SYN: 0x02, SYN_ACK: 0x12, ACK: 0x10, PUSH: 0x18 };
const NOTHING = Buffer.alloc(0);

/** Writes a capture of at least so many bytes. */
export function writeCapture(file, bytes, shape) {
  const fd = openSync(file, 'w');
  let written = writeSync(fd, fileHeader());
  for (let number = 0; written < bytes; number += 1) {
    written += writeSync(fd, Buffer.concat([...connection(number, shape)]));
  }
  closeSync(fd);
}

function* connection(number, { download, request, record: recordLength }) {
  const host = `host${number % HOSTS}.example`;
  const server = [203, 0, 113, number % HOSTS];
  const port = 32_768 + (number % 28_000);
  let at = 1_700_000_000_000 + number * 20;
  const record = (frame) => {
    at += 0.05;
    return Buffer.concat([recordHeader(frame.length, at), frame]);
  };
  for (const [type, data] of [
    [1, Buffer.from(server)],
    [28, Buffer.from(`20010db8${'00'.repeat(11)}${(number % HOSTS).toString(16).padStart(2, '0')}`, 'hex')],
  ]) {
    const question = dnsQuestion(number * 2 + type, host, type);
    yield record(udp(CLIENT, RESOLVER, port, 53, question));
    yield record(udp(RESOLVER, CLIENT, 53, port, dnsAnswer(question, type, data)));
  }
  let sent = 1000;
  let received = 5000;
  const out = (flags, payload = NOTHING) => {
    const frame = tcp(CLIENT, server, port, 443, sent, received, flags, payload);
    sent += payload.length + (flags === FLAG.SYN || flags === FLAG.FIN ? 1 : 0);
    return record(frame);
  };
  const back = (flags, payload = NOTHING) => {
    const frame = tcp(server, CLIENT, 443, port, received, sent, flags, payload);
    received += payload.length + (flags === FLAG.SYN_ACK || flags === FLAG.FIN ? 1 : 0);
    return record(frame);
  };
  yield out(FLAG.SYN);
  yield back(FLAG.SYN_ACK);
  yield out(FLAG.ACK);
  yield out(FLAG.PUSH, clientHello(host));
  for (let left = download; left > 0; left -= request) {
    if (left < download) yield out(FLAG.PUSH, applicationData(REQUEST, REQUEST));
    const answer = applicationData(Math.min(request, left), recordLength);
    for (let from = 0, index = 0; from < answer.length; from += SEGMENT, index += 1) {
      yield back(FLAG.ACK, answer.subarray(from, from + SEGMENT));
      if (index % 2 === 1) yield out(FLAG.ACK);
    }
  }
  yield out(FLAG.FIN);
  yield back(FLAG.FIN);
  yield out(FLAG.ACK);
}

function fileHeader() {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

function recordHeader(length, at) {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(at / 1000), 0);
  header.writeUInt32LE(Math.floor((at % 1000) * 1000), 4);
  header.writeUInt32LE(length, 8);
  header.writeUInt32LE(length, 12);
  return header;
}

function ip(source, destination, protocol, payload) {
  const header = Buffer.alloc(34);
  header.writeUInt16BE(0x0800, 12);
  header[14] = 0x45;
  header.writeUInt16BE(20 + payload.length, 16);
  header[22] = 64;
  header[23] = protocol;
  header.set(source, 26);
  header.set(destination, 30);
  return Buffer.concat([header, payload]);
}

function udp(source, destination, sourcePort, port, payload) {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return ip(source, destination, 17, Buffer.concat([header, payload]));
}

function tcp(source, destination, sourcePort, port, sequence, acknowledged, flags, payload) {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledged, 8);
  header[12] = 0x50;
  header[13] = flags;
  header.writeUInt16BE(65_535, 14);
  return ip(source, destination, 6, Buffer.concat([header, payload]));
}

function dnsQuestion(id, host, type) {
  const labels = host.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  const header = Buffer.from([(id >> 8) & 0xff, id & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.of(0, 0, type, 0, 1)]);
}

function dnsAnswer(question, type, data) {
  const answer = Buffer.concat([
    question,
    Buffer.of(0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length),
    data,
  ]);
  answer.writeUInt16BE(0x8180, 2);
  answer.writeUInt16BE(1, 6);
  return answer;
}

function vector(size, ...parts) {
  const length = Buffer.alloc(size);
  const content = Buffer.concat(parts);
  length.writeUIntBE(content.length, 0, size);
  return Buffer.concat([length, content]);
}

/** A ClientHello of the usual size (RFC 8446 §4.1.2), padded (RFC 7685). */
function clientHello(host) {
  const serverName = Buffer.concat([
    Buffer.of(0, 0),
    vector(2, vector(2, Buffer.of(0), vector(2, Buffer.from(host)))),
  ]);
  const padding = Buffer.concat([Buffer.of(0, 21), vector(2, Buffer.alloc(300))]);
  const body = Buffer.concat([
    Buffer.from('0303', 'hex'),
    Buffer.alloc(32, 7),
    Buffer.of(0),
    vector(2, Buffer.from('1301', 'hex')),
    vector(1, Buffer.of(0)),
    vector(2, serverName, padding),
  ]);
  return Buffer.concat([Buffer.of(22, 3, 1), vector(2, Buffer.of(1), vector(3, body))]);
}

/** TLS records of so many bytes each, with their headers (RFC 8446 §5.1), one after the other. */
function applicationData(length, recordLength) {
  const bytes = Buffer.alloc(length, 0x5a);
  for (let at = 0; at + RECORD_HEADER < length; at += RECORD_HEADER + recordLength) {
    bytes.set([23, 3, 3], at);
    bytes.writeUInt16BE(Math.min(recordLength, length - at - RECORD_HEADER), at + 3);
  }
  return bytes;
}
