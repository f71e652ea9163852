import ipaddr from 'ipaddr.js';
import { nameBytes } from './name-bytes.js';
import { emptyAnswer, type Question } from './wire.js';

const A = 1;
const CNAME = 5;
const AAAA = 28;
/** A pointer to the question's name, which every answer of ours has at the same place: octets as they were asked. */
const QUESTION_NAME = 0xc00c;
/** Addresses of one name that are answered: more than any honest name has, and far from a message's bound. */
const MAXIMUM_ADDRESSES = 256;

/**
 * Answers a name of /etc/hosts with the addresses of the family that was asked for; without records where the file
 * has only the other family's, since the file's word is final (hosts(5)). Lifetime 0: the file may change.
 */
export function addressAnswer(query: Buffer, question: Question, addresses: readonly string[]): Buffer {
  const matching = ofFamily(question, addresses);
  return withRecords(
    query,
    matching.map((bytes) => Buffer.concat([recordHeader(question.type, bytes.length), bytes])),
  );
}

/** Answers a name with another one (CNAME, RFC 1035 §3.3.1) and that one's addresses. Lifetime 0. */
export function aliasAnswer(
  query: Buffer,
  question: Question,
  target: string,
  addresses: readonly string[],
): Buffer {
  const name = nameBytes(target);
  const alias = Buffer.concat([recordHeader(CNAME, name.length), name]);
  const records = ofFamily(question, addresses).map((bytes) => {
    // Of the target, whose name is written out: `recordHeader` begins with the two octets of a pointer.
    return Buffer.concat([name, recordHeader(question.type, bytes.length).subarray(2), bytes]);
  });
  return withRecords(query, [alias, ...records]);
}

/** Those of the family that was asked for; none for a question that is for no address. */
function ofFamily(question: Question, addresses: readonly string[]): Buffer[] {
  const length = question.type === A ? 4 : question.type === AAAA ? 16 : 0;
  return addresses
    .map((address) => Buffer.from(ipaddr.parse(address).toByteArray()))
    .filter((bytes) => bytes.length === length)
    .slice(0, MAXIMUM_ADDRESSES);
}

function withRecords(query: Buffer, records: readonly Buffer[]): Buffer {
  const answer = Buffer.concat([emptyAnswer(query, 0), ...records]);
  answer.writeUInt16BE(records.length, 6);
  return answer;
}

/** Name, type, class IN, lifetime 0 and data length of a record (RFC 1035 §4.1.3). */
function recordHeader(type: number, dataLength: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(QUESTION_NAME, 0);
  header.writeUInt16BE(type, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(dataLength, 10);
  return header;
}
