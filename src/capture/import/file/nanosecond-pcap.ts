import type { ByteWindow } from './byte-window.js';
import { boundedTime, type CaptureEnd, type OnPacket } from './captured-packet.js';
import { PCAP_HEADER, type PcapHeader } from './pcap-header.js';
import { nextRecords, RECORD_HEADER } from './pcap-records.js';

/**
 * Reads a classic capture with nanoseconds, which pcap-parser does not know.
 * @param window At the file's beginning
 */
export function readNanosecondPcap(window: ByteWindow, header: PcapHeader, onPacket: OnPacket): CaptureEnd {
  window.advance(PCAP_HEADER);
  for (;;) {
    const { offset } = window;
    const records = nextRecords(window, header);
    switch (records.state) {
      case 'records':
        readRecords(records.bytes, header, onPacket);
        break;
      case 'end':
        return { state: 'whole' };
      case 'stopped':
        return { state: 'stopped', offset, reason: records.reason };
    }
  }
}

function readRecords(bytes: Buffer, header: PcapHeader, onPacket: OnPacket): void {
  const uint = (at: number): number =>
    header.isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  for (let at = 0; at < bytes.length; ) {
    const start = at + RECORD_HEADER;
    const end = start + uint(at + 8);
    onPacket({
      at: boundedTime(uint(at) * 1000 + uint(at + 4) / 1_000_000),
      bytes: bytes.subarray(start, end),
      originalLength: uint(at + 12),
      from: header,
    });
    at = end;
  }
}
