import { nameBytes } from './name-bytes.js';
import { HEADER, payloadSize, type Question, readQuestion, readRecords } from './wire.js';

const RECURSION_DESIRED = 0x0100;
const CHECKING_DISABLED = 0x0010;
const IN = 1;
const OPT = 41;
/** DNSSEC OK, in the flags of an OPT record (RFC 3225 §3). */
const DO = 0x8000;

/**
 * The same question without anything else: no other records, no options, no padding, and its letters in lower case. Each
 * of these could carry out what the name may not (RFC 7830 pads, draft-vixie-dnsext-dns0x20 sets the case of letters).
 * The name is written from what was decided about, since its bytes may point to anywhere in the message.
 */
export function plainQuery(query: Buffer, question: Question): Buffer {
  const flags = query.readUInt16BE(2) & (RECURSION_DESIRED | CHECKING_DISABLED);
  const asked = questionBytes(question.name, question.type);
  const opt = readRecords(query, 2).find((record) => record.type === OPT);
  if (opt === undefined) return Buffer.concat([header(flags, 0), asked]);
  const record = Buffer.alloc(11);
  record.writeUInt16BE(OPT, 1);
  record.writeUInt16BE(payloadSize(query), 3);
  record.writeUInt16BE(query.readUInt16BE(opt.ttlOffset + 2) & DO, 7);
  return Buffer.concat([header(flags, 1), asked, record]);
}

/** A query of our own for a name in presentation form. */
export function queryFor(name: string, type: number): Buffer {
  return Buffer.concat([header(RECURSION_DESIRED, 0), questionBytes(name, type)]);
}

/**
 * The answer with identifier and question as the command wrote them, which it may compare letter by letter. A question
 * of another length (one with pointers) stays as it is, since the answer's own pointers count on it.
 */
export function withQuestionOf(answer: Buffer, query: Buffer, question: Question): Buffer {
  answer.writeUInt16BE(query.readUInt16BE(0), 0);
  if (readQuestion(answer)?.end === question.end) query.copy(answer, HEADER, HEADER, question.end);
  return answer;
}

function questionBytes(name: string, type: number): Buffer {
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(type, 0);
  tail.writeUInt16BE(IN, 2);
  return Buffer.concat([nameBytes(name), tail]);
}

function header(flags: number, additional: number): Buffer {
  const bytes = Buffer.alloc(HEADER);
  bytes.writeUInt16BE(flags, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt16BE(additional, 10);
  return bytes;
}
