import ipaddr from 'ipaddr.js';
import { emptyAnswer, type Question } from './wire.js';

const A = 1;
/** A pointer to the question's name, which every answer of ours has at the same place: octets as they were asked. */
const QUESTION_NAME = 0xc00c;
/** Addresses of one name that are answered: more than any honest name has, and far from a message's bound. */
const MAXIMUM_ADDRESSES = 256;

/**
 * Answers a name of /etc/hosts with the addresses of the family that was asked for; without records where the file
 * has only the other family's, since the file's word is final (hosts(5)). Lifetime 0: the file may change.
 */
export function addressAnswer(query: Buffer, question: Question, addresses: readonly string[]): Buffer {
  const length = question.type === A ? 4 : 16;
  const matching = addresses
    .map((address) => Buffer.from(ipaddr.parse(address).toByteArray()))
    .filter((bytes) => bytes.length === length)
    .slice(0, MAXIMUM_ADDRESSES);
  const answer = Buffer.concat([
    emptyAnswer(query, 0),
    ...matching.flatMap((bytes) => [recordHeader(question.type, length), bytes]),
  ]);
  answer.writeUInt16BE(matching.length, 6);
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
