import { parse } from 'pcap-parser';
import type { ByteWindow } from './byte-window.js';
import type { CaptureEnd, PacketSink } from './captured-packet.js';
import { PCAP_HEADER, type PcapHeader } from './pcap-header.js';
import { readRecords, recordTime } from './pcap-records.js';

/** What pcap-parser asks of a stream; nothing is ever waiting, so there is nothing to pause, and no end to tell. */
class CheckedBytes {
  #listener: (bytes: Piece) => void = () => {};

  on(event: string, listener: (bytes: Piece) => void): this {
    if (event === 'data') this.#listener = listener;
    return this;
  }

  give(bytes: Piece): void {
    this.#listener(bytes);
  }

  pause(): void {}
  resume(): void {}
}

/**
 * A piece of the window's memory, with what pcap-parser asks of a Buffer: it cuts each record into four, and Buffers of
 * them would cost more than all that it reads.
 */
class Piece {
  readonly #view: DataView;
  readonly start: number;
  readonly end: number;

  constructor(view: DataView, start: number, end: number) {
    this.#view = view;
    this.start = start;
    this.end = end;
  }

  get length(): number {
    return this.end - this.start;
  }

  slice(from: number, to = this.length): Piece {
    return new Piece(this.#view, this.start + from, this.start + to);
  }

  toString(encoding: 'hex', from: number, to: number): string {
    const { buffer } = this.#view;
    return Buffer.from(buffer, this.start + from, to - from).toString(encoding);
  }

  readUInt16LE(at: number): number {
    return this.#view.getUint16(this.start + at, true);
  }

  readUInt16BE(at: number): number {
    return this.#view.getUint16(this.start + at);
  }

  readUInt32LE(at: number): number {
    return this.#view.getUint32(this.start + at, true);
  }

  readUInt32BE(at: number): number {
    return this.#view.getUint32(this.start + at);
  }

  readInt32LE(at: number): number {
    return this.#view.getInt32(this.start + at, true);
  }

  readInt32BE(at: number): number {
    return this.#view.getInt32(this.start + at);
  }
}

/**
 * Reads a classic capture with microseconds by pcap-parser. It believes each length that it reads, and keeps bytes
 * until they are there: so it is given nothing but whole records that the guard has checked, and keeps none. What it has
 * left of them is taken away as well: it is empty, and each following run would be copied behind it.
 * @param window At the file's beginning
 */
export function readMicrosecondPcap(window: ByteWindow, header: PcapHeader, sink: PacketSink): CaptureEnd {
  const { memory, view } = window;
  const checked = new CheckedBytes();
  const parser = parse(checked);
  parser.on('packet', ({ header: { timestampSeconds, timestampMicroseconds, originalLength }, data }) => {
    sink.packet({
      at: recordTime(timestampSeconds, timestampMicroseconds, header),
      bytes: memory.subarray(data.start, data.end),
      originalLength,
      from: header,
    });
  });
  checked.give(new Piece(view, window.start, window.start + PCAP_HEADER));
  window.advance(PCAP_HEADER);
  return readRecords(window, header, sink, (start, end) => {
    parser.buffer = null;
    checked.give(new Piece(view, start, end));
  });
}
