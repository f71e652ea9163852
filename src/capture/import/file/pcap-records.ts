import type { ByteWindow } from './byte-window.js';
import { boundedTime, type CaptureEnd, type Glance } from './captured-packet.js';
import type { PcapHeader } from './pcap-header.js';

export const RECORD_HEADER = 16;
/** Where in a record's header its fields stand (draft-ietf-opsawg-pcap §5). */
const AT = { seconds: 0, fraction: 4, length: 8 } as const;

/** Epoch milliseconds of a record, of its two fields for the time. */
export function recordTime(seconds: number, fraction: number, { isNanoseconds }: PcapHeader): number {
  return boundedTime(seconds * 1000 + fraction / (isNanoseconds ? 1_000_000 : 1000));
}

/**
 * The guard before each reader of classic captures: looks at each record's length before anything is read, or memory made,
 * for it. Shows each whole record to `glance`, and gives those that it has not taken, one by one: what they say decides
 * about the next ones.
 * @param window At the first record
 * @param onRecord Is given a record with its header, which holds until it returns
 */
export function readRecords(
  window: ByteWindow,
  header: PcapHeader,
  glance: Glance,
  onRecord: (record: Buffer) => void,
): CaptureEnd {
  for (;;) {
    const end = holdRecord(window, header);
    if (end !== null) return end;
    window.advance(passWhole(window.held, header, glance, onRecord));
  }
}

/** Sees to it that a whole record is held; how the file ends where there is none. */
function holdRecord(window: ByteWindow, header: PcapHeader): CaptureEnd | null {
  const { offset } = window;
  const stopped = (reason: string): CaptureEnd => ({ state: 'stopped', offset, reason });
  if (!window.ensure(RECORD_HEADER)) {
    const left = window.held.length;
    return left === 0
      ? { state: 'whole' }
      : stopped(`expected a record's header of ${RECORD_HEADER} bytes, got ${left}`);
  }
  const length = uint(window.held, AT.length, header);
  if (length > header.recordBound)
    return stopped(`expected a record of at most ${header.recordBound} bytes, got one that claims ${length}`);
  if (window.ensure(RECORD_HEADER + length)) return null;
  return stopped(`expected a record of ${length} bytes, got ${window.held.length - RECORD_HEADER}`);
}

/** Goes through the whole records that are held, and returns where they end. */
function passWhole(
  held: Buffer,
  header: PcapHeader,
  glance: Glance,
  onRecord: (record: Buffer) => void,
): number {
  let at = 0;
  while (at + RECORD_HEADER <= held.length) {
    const length = uint(held, at + AT.length, header);
    const start = at + RECORD_HEADER;
    const end = start + length;
    if (length > header.recordBound || end > held.length) break;
    const time = recordTime(
      uint(held, at + AT.seconds, header),
      uint(held, at + AT.fraction, header),
      header,
    );
    if (!glance(held, start, end, time, header)) onRecord(held.subarray(at, end));
    at = end;
  }
  return at;
}

function uint(bytes: Buffer, at: number, { isLittleEndian }: PcapHeader): number {
  return isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}
