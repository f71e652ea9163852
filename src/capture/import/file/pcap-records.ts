import type { ByteWindow } from './byte-window.js';
import type { PcapHeader } from './pcap-header.js';

export const RECORD_HEADER = 16;
/** Where in a record's header its captured length stands (draft-ietf-opsawg-pcap §5). */
const LENGTH = 8;

export type Records =
  /** Whole records, each of a length that was checked; they hold until the window is read on. */
  | { readonly state: 'records'; readonly bytes: Buffer }
  | { readonly state: 'end' }
  | { readonly state: 'stopped'; readonly reason: string };

/**
 * The guard before each reader of classic captures: takes as many whole records from the window as it holds, one at
 * least, and looks at each length before anything is read, or memory made, for it.
 */
export function nextRecords(window: ByteWindow, header: PcapHeader): Records {
  if (!window.ensure(RECORD_HEADER)) {
    const left = window.held.length;
    return left === 0
      ? { state: 'end' }
      : { state: 'stopped', reason: `expected a record's header of ${RECORD_HEADER} bytes, got ${left}` };
  }
  const first = lengthAt(window.held, 0, header);
  if (first > header.recordBound) {
    const reason = `expected a record of at most ${header.recordBound} bytes, got one that claims ${first}`;
    return { state: 'stopped', reason };
  }
  if (!window.ensure(RECORD_HEADER + first)) {
    const left = window.held.length - RECORD_HEADER;
    return { state: 'stopped', reason: `expected a record of ${first} bytes, got ${left}` };
  }
  const held = window.held;
  const end = endOfWhole(held, header);
  window.advance(end);
  return { state: 'records', bytes: held.subarray(0, end) };
}

function endOfWhole(held: Buffer, header: PcapHeader): number {
  let at = 0;
  while (at + RECORD_HEADER <= held.length) {
    const length = lengthAt(held, at, header);
    if (length > header.recordBound || at + RECORD_HEADER + length > held.length) break;
    at += RECORD_HEADER + length;
  }
  return at;
}

function lengthAt(bytes: Buffer, record: number, header: PcapHeader): number {
  return header.isLittleEndian ? bytes.readUInt32LE(record + LENGTH) : bytes.readUInt32BE(record + LENGTH);
}
