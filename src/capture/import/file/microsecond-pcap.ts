import { parse } from 'pcap-parser';
import type { ByteWindow } from './byte-window.js';
import type { CaptureEnd, PacketSink } from './captured-packet.js';
import { PCAP_HEADER, type PcapHeader } from './pcap-header.js';
import { readRecords, recordTime } from './pcap-records.js';

/** What pcap-parser asks of a stream; nothing is ever waiting, so there is nothing to pause, and no end to tell. */
class CheckedBytes {
  #listener: (bytes: Buffer) => void = () => {};

  on(event: string, listener: (bytes: Buffer) => void): this {
    if (event === 'data') this.#listener = listener;
    return this;
  }

  give(bytes: Buffer): void {
    this.#listener(bytes);
  }

  pause(): void {}
  resume(): void {}
}

/**
 * Reads a classic capture with microseconds by pcap-parser. It believes each length that it reads, and keeps bytes
 * until they are there: so it is given nothing but whole records that the guard has checked, and keeps none. What it has
 * left of them is taken away as well: it is empty, and each following run would be copied behind it.
 * @param window At the file's beginning
 */
export function readMicrosecondPcap(window: ByteWindow, header: PcapHeader, sink: PacketSink): CaptureEnd {
  const checked = new CheckedBytes();
  const parser = parse(checked);
  parser.on('packet', ({ header: { timestampSeconds, timestampMicroseconds, originalLength }, data }) => {
    sink.packet({
      at: recordTime(timestampSeconds, timestampMicroseconds, header),
      bytes: data,
      originalLength,
      from: header,
    });
  });
  checked.give(window.held.subarray(0, PCAP_HEADER));
  window.advance(PCAP_HEADER);
  return readRecords(window, header, sink, (record) => {
    parser.buffer = null;
    checked.give(record);
  });
}
