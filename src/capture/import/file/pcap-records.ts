import type { ByteWindow } from './byte-window.js';
import { boundedTime, type CaptureEnd, type PacketSink } from './captured-packet.js';
import type { PcapHeader } from './pcap-header.js';

export const RECORD_HEADER = 16;
/** Where in a record's header its fields stand (draft-ietf-opsawg-pcap §5). */
const AT = { seconds: 0, fraction: 4, length: 8 } as const;

/** Epoch milliseconds of a record, of its two fields for the time. */
export function recordTime(seconds: number, fraction: number, { isNanoseconds }: PcapHeader): number {
  return boundedTime(seconds * 1000 + fraction / (isNanoseconds ? 1_000_000 : 1000));
}

/** Takes a record, which holds until it returns: from `start`, where its header begins, to `end` in the window's memory. */
export type OnRecord = (start: number, end: number) => void;

/**
 * The guard before each reader of classic captures: looks at each record's length before anything is read, or memory made,
 * for it. Shows each whole record to the sink, and gives those that it has not taken, one by one: what they say decides
 * about the next ones.
 * @param window At the first record
 */
export function readRecords(
  window: ByteWindow,
  header: PcapHeader,
  sink: PacketSink,
  onRecord: OnRecord,
): CaptureEnd {
  for (;;) {
    const end = holdRecord(window, header);
    if (end !== null) return end;
    window.advance(passWhole(window, header, sink, onRecord));
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
  const length = window.view.getUint32(window.start + AT.length, header.isLittleEndian);
  if (length > header.recordBound)
    return stopped(`expected a record of at most ${header.recordBound} bytes, got one that claims ${length}`);
  if (window.ensure(RECORD_HEADER + length)) return null;
  return stopped(`expected a record of ${length} bytes, got ${window.held.length - RECORD_HEADER}`);
}

/** Goes through the whole records that are held, and returns how many bytes they are. */
function passWhole(
  { view, start: first, end: last }: ByteWindow,
  header: PcapHeader,
  sink: PacketSink,
  onRecord: OnRecord,
): number {
  const { isLittleEndian, recordBound } = header;
  let at = first;
  while (at + RECORD_HEADER <= last) {
    const length = view.getUint32(at + AT.length, isLittleEndian);
    const start = at + RECORD_HEADER;
    const end = start + length;
    if (length > recordBound || end > last) break;
    const seconds = view.getUint32(at + AT.seconds, isLittleEndian);
    const time = recordTime(seconds, view.getUint32(at + AT.fraction, isLittleEndian), header);
    if (!sink.glance(view, start, end, time, header)) onRecord(at, end);
    at = end;
  }
  return at - first;
}
