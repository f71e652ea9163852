import { ipv4Text, ipv6Text } from '../actors/sockaddr.js';
import { uint16 } from '../uint16.js';
import { readName } from './name-on-wire.js';
import { typeName } from './type-names.js';
import { readQuestion, readRecords } from './wire.js';

/** What an answer says, for the record. */
export interface AnswerFacts {
  readonly rcode: string;
  /** Targets of the CNAME chain in order. */
  readonly cnames: readonly string[];
  /** Addresses, or other data as text; sorted. */
  readonly answers: readonly string[];
  /** Addresses only. */
  readonly addresses: readonly string[];
}

const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
};
const A = 1;
const CNAME = 5;
const PTR = 12;
const TXT = 16;
const AAAA = 28;
const OPT = 41;
/** Characters kept of one record's data. */
const MAXIMUM_TEXT = 512;
/** Records kept of one answer. */
const MAXIMUM_ANSWERS = 256;

/** Reads an answer; total. @param question The message's own, where it was read before */
export function readAnswer(message: Buffer, question = readQuestion(message)): AnswerFacts {
  const cnames: string[] = [];
  const answers: string[] = [];
  const addresses: string[] = [];
  const records = readRecords(message, 0, question).slice(0, MAXIMUM_ANSWERS);
  for (const { type, dataOffset: at, dataLength: length } of records) {
    if (type === CNAME) {
      const target = readName(message, at);
      if (target !== null) cnames.push(target.name);
    } else if (type === A && length === 4) addresses.push(ipv4Text(message, at));
    else if (type === AAAA && length === 16) addresses.push(ipv6Text(message, at));
    else if (type !== OPT) answers.push(dataText(message, type, at, message.subarray(at, at + length)));
  }
  const rcode = uint16(message, 2) & 0xf;
  return {
    rcode: RCODES[rcode] ?? `RCODE${rcode}`,
    cnames,
    answers: answers.concat(addresses).sort(),
    addresses,
  };
}

function dataText(message: Buffer, type: number, offset: number, data: Buffer): string {
  if (type === PTR) return readName(message, offset)?.name ?? '';
  const text = type === TXT ? data.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.') : data.toString('hex');
  return `${typeName(type)} ${text.slice(0, MAXIMUM_TEXT)}`;
}
