import { uint16 } from '../uint16.js';
import { readName, skipName } from './name-on-wire.js';

/*
 * DNS messages as bytes (RFC 1035 §4.1). Only what a forwarder must know is read; answers are passed on as they are.
 * Each function is total: bytes that make no sense give null.
 */
export const HEADER = 12;
/** Where the number of answers stands, and behind it those of the other sections' records. */
const ANSWERS = 6;

export interface Question {
  /** Presentation form: lower case, no trailing dot, odd bytes as `\DDD` (RFC 1035 §5.1). */
  readonly name: string;
  readonly type: number;
  /** Offset behind the question. */
  readonly end: number;
}

export interface RecordFacts {
  readonly type: number;
  readonly ttlOffset: number;
  readonly dataOffset: number;
  readonly dataLength: number;
}

/** The first question of a message with exactly one. */
export function readQuestion(message: Buffer): Question | null {
  if (message.length < HEADER || uint16(message, 4) !== 1) return null;
  const name = readName(message, HEADER);
  if (name === null || name.next + 4 > message.length) return null;
  return { name: name.name, type: uint16(message, name.next), end: name.next + 4 };
}

/**
 * The records of a section: 0 answer, 1 authority, 2 additional. Stops at the first one that makes no sense.
 * @param question The message's own, where it was read before
 */
export function readRecords(
  message: Buffer,
  section: 0 | 1 | 2,
  question = readQuestion(message),
): RecordFacts[] {
  if (question === null) return [];
  const found: RecordFacts[] = [];
  let at = question.end;
  for (let current = 0; current <= section; current += 1) {
    const count = uint16(message, ANSWERS + 2 * current);
    for (let index = 0; index < count; index += 1) {
      const next = skipName(message, at);
      if (next === null || next + 10 > message.length) return found;
      const dataLength = uint16(message, next + 8);
      const dataOffset = next + 10;
      if (dataOffset + dataLength > message.length) return found;
      if (current === section)
        found.push({ type: uint16(message, next), ttlOffset: next + 4, dataOffset, dataLength });
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
