import { isIPv4, isIPv6 } from 'node:net';
import { encode } from 'dns-packet';
import { emptyAnswer, type Question } from './wire.js';

const A = 1;

/**
 * Answers a name of /etc/hosts with the addresses of the family that was asked for; without records where the file
 * has only the other family's, since the file's word is final (hosts(5)). Lifetime 0: the file may change.
 */
export function addressAnswer(query: Buffer, question: Question, addresses: readonly string[]): Buffer {
  const type = question.type === A ? 'A' : 'AAAA';
  const matching = addresses.filter((address) => (type === 'A' ? isIPv4(address) : isIPv6(address)));
  const empty = emptyAnswer(query, 0);
  if (matching.length === 0) return empty;
  const records = matching.map((data) => encodeRecord(question.name, type, data));
  const answer = Buffer.concat([empty, ...records]);
  answer.writeUInt16BE(matching.length, 6);
  return answer;
}

/** One resource record, cut out of a whole message that the library has encoded. */
function encodeRecord(name: string, type: 'A' | 'AAAA', data: string): Buffer {
  const HEADER = 12;
  return encode({ type: 'response', answers: [{ type, name, ttl: 0, data }] }).subarray(HEADER);
}
