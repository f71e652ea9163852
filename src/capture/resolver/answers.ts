import { ipv6Text } from '../actors/sockaddr.js';
import { uint16 } from '../uint16.js';
import { readName } from './name-on-wire.js';
import { typeName } from './type-names.js';
import { readRecords } from './wire.js';

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

/** Reads an answer; total. */
export function readAnswer(message: Buffer): AnswerFacts {
  const cnames: string[] = [];
  const answers: string[] = [];
  const addresses: string[] = [];
  for (const record of readRecords(message, 0).slice(0, MAXIMUM_ANSWERS)) {
    const data = message.subarray(record.dataOffset, record.dataOffset + record.dataLength);
    if (record.type === CNAME) {
      const target = readName(message, record.dataOffset);
      if (target !== null) cnames.push(target.name);
    } else if (record.type === A && data.length === 4) addresses.push(data.join('.'));
    else if (record.type === AAAA && data.length === 16) addresses.push(ipv6Text(data));
    else if (record.type !== OPT) answers.push(dataText(message, record.type, record.dataOffset, data));
  }
  const rcode = uint16(message, 2) & 0xf;
  return {
    rcode: RCODES[rcode] ?? `RCODE${rcode}`,
    cnames,
    answers: [...answers, ...addresses].sort(),
    addresses,
  };
}

function dataText(message: Buffer, type: number, offset: number, data: Buffer): string {
  if (type === PTR) return readName(message, offset)?.name ?? '';
  const text = type === TXT ? data.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.') : data.toString('hex');
  return `${typeName(type)} ${text.slice(0, MAXIMUM_TEXT)}`;
}
