import type { ByteWindow } from './byte-window.js';
import type { CapturedPacket, CaptureEnd, PacketSink } from './captured-packet.js';
import { PCAP_HEADER, type PcapHeader } from './pcap-header.js';
import { RECORD_HEADER, readRecords, recordTime } from './pcap-records.js';

/**
 * Reads a classic capture with nanoseconds, which pcap-parser does not know.
 * @param window At the file's beginning
 */
export function readNanosecondPcap(window: ByteWindow, header: PcapHeader, sink: PacketSink): CaptureEnd {
  window.advance(PCAP_HEADER);
  return readRecords(window, header, sink, (start, end) =>
    sink.packet(readRecord(window, start, end, header)),
  );
}

function readRecord(
  { memory, view }: ByteWindow,
  start: number,
  end: number,
  header: PcapHeader,
): CapturedPacket {
  const uint = (at: number): number => view.getUint32(start + at, header.isLittleEndian);
  return {
    at: recordTime(uint(0), uint(4), header),
    bytes: memory.subarray(start + RECORD_HEADER, end),
    originalLength: uint(12),
    from: header,
  };
}
