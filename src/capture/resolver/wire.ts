/*
 * DNS messages as bytes (RFC 1035 §4.1). Only what a forwarder must know is read; answers are passed on as they are.
 * Each function is total: bytes that make no sense give null.
 */
export const HEADER = 12;
/** RFC 1035 §2.3.4: octets of a name on the wire. */
const MAXIMUM_NAME = 255;
/** A chain of compression pointers longer than this is a loop or an attack. */
const MAXIMUM_POINTERS = 32;

export interface Question {
  /** Presentation form: lower case, no trailing dot, odd bytes as `\DDD` (RFC 1035 §5.1). */
  readonly name: string;
  readonly type: number;
  /** Offset behind the question. */
  readonly end: number;
}

export interface RecordFacts {
  readonly name: string;
  readonly type: number;
  readonly ttlOffset: number;
  readonly dataOffset: number;
  readonly dataLength: number;
}

/** Reads a name at `offset`; `next` is the offset behind it in the message. */
export function readName(
  message: Buffer,
  offset: number,
): { readonly name: string; readonly next: number } | null {
  const labels: string[] = [];
  let at = offset;
  let next = -1;
  let octets = 0;
  for (let pointers = 0; ; ) {
    const length = message[at];
    if (length === undefined) return null;
    if (length >= 0xc0) {
      const low = message[at + 1];
      pointers += 1;
      if (low === undefined || pointers > MAXIMUM_POINTERS) return null;
      if (next < 0) next = at + 2;
      at = ((length & 0x3f) << 8) | low;
      continue;
    }
    // 0x40 and 0x80 are reserved (RFC 6891 §5 for the first).
    if (length >= 0x40 || at + 1 + length > message.length) return null;
    octets += length + 1;
    if (octets > MAXIMUM_NAME) return null;
    if (length === 0) return { name: labels.join('.'), next: next < 0 ? at + 1 : next };
    labels.push(presentLabel(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
}

/** One label in presentation form: a dot or backslash inside is escaped, so that no label can pretend to be two. */
export function presentLabel(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x2e || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte > 0x20 && byte < 0x7f) text += String.fromCharCode(byte).toLowerCase();
    else text += `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}

/** The first question of a message with exactly one. */
export function readQuestion(message: Buffer): Question | null {
  if (message.length < HEADER || message.readUInt16BE(4) !== 1) return null;
  const name = readName(message, HEADER);
  if (name === null || name.next + 4 > message.length) return null;
  return { name: name.name, type: message.readUInt16BE(name.next), end: name.next + 4 };
}

/** The records of a section: 0 answer, 1 authority, 2 additional. Stops at the first one that makes no sense. */
export function readRecords(message: Buffer, section: 0 | 1 | 2): RecordFacts[] {
  const question = readQuestion(message);
  if (question === null) return [];
  const counts = [6, 8, 10].map((offset) => message.readUInt16BE(offset));
  const found: RecordFacts[] = [];
  let at = question.end;
  for (let current = 0; current <= section; current += 1) {
    for (let index = 0; index < (counts[current] ?? 0); index += 1) {
      const name = readName(message, at);
      if (name === null || name.next + 10 > message.length) return found;
      const dataLength = message.readUInt16BE(name.next + 8);
      const dataOffset = name.next + 10;
      if (dataOffset + dataLength > message.length) return found;
      if (current === section) {
        found.push({
          name: name.name,
          type: message.readUInt16BE(name.next),
          ttlOffset: name.next + 4,
          dataOffset,
          dataLength,
        });
      }
      at = dataOffset + dataLength;
    }
  }
  return found;
}

const OPT = 41;
/** Payload that a client without EDNS takes over UDP (RFC 1035 §4.2.1). */
const PLAIN_PAYLOAD = 512;
/** What fits behind the headers of one IPv4 datagram (RFC 768, RFC 791): a longer one can't be sent. */
const MAXIMUM_PAYLOAD = 65_507;

/** UDP payload that the query's sender takes (RFC 6891 §6.2.3: values below 512 count as 512). */
export function payloadSize(query: Buffer): number {
  const opt = readRecords(query, 2).find((record) => record.type === OPT);
  const size = opt === undefined ? PLAIN_PAYLOAD : query.readUInt16BE(opt.ttlOffset - 2);
  return Math.min(MAXIMUM_PAYLOAD, Math.max(PLAIN_PAYLOAD, size));
}

/** An answer of ours to the query: its question, a response code, no records. */
export function emptyAnswer(query: Buffer, rcode: number): Buffer {
  const question = readQuestion(query);
  const answer = Buffer.from(query.subarray(0, question?.end ?? HEADER));
  answer.writeUInt16BE(0x8080 | (query.readUInt16BE(2) & 0x7900) | rcode, 2);
  answer.writeUInt16BE(question === null ? 0 : 1, 4);
  answer.fill(0, 6, HEADER);
  return answer;
}

/** The same answer cut to its question, with TC set (RFC 2181 §9: the client asks again over TCP). */
export function truncated(answer: Buffer): Buffer {
  const cut = emptyAnswer(answer, answer.readUInt16BE(2) & 0xf);
  cut.writeUInt16BE(answer.readUInt16BE(2) | 0x0200, 2);
  return cut;
}
