import { boundedTime, type Glance } from './captured-packet.js';
import type { PcapHeader } from './pcap-header.js';
import { RECORD_HEADER } from './pcap-records.js';

/** Epoch milliseconds of a record, of its two fields for the time (draft-ietf-opsawg-pcap §5). */
export function recordTime(seconds: number, fraction: number, { isNanoseconds }: PcapHeader): number {
  return boundedTime(seconds * 1000 + fraction / (isNanoseconds ? 1_000_000 : 1000));
}

/**
 * Shows each of whole records to `glance`, and gives those that it has not taken, one by one: what they say decides
 * about the next ones.
 */
export function untakenRecords(
  bytes: Buffer,
  header: PcapHeader,
  glance: Glance,
  onRecord: (record: Buffer) => void,
): void {
  const { isLittleEndian } = header;
  let at = 0;
  while (at < bytes.length) {
    const seconds = isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    const fraction = isLittleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4);
    const length = isLittleEndian ? bytes.readUInt32LE(at + 8) : bytes.readUInt32BE(at + 8);
    const start = at + RECORD_HEADER;
    const end = start + length;
    if (!glance(bytes, start, end, recordTime(seconds, fraction, header), header))
      onRecord(bytes.subarray(at, end));
    at = end;
  }
}
