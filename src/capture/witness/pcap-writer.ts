import { closeSync, openSync, writeSync } from 'node:fs';
import { SNAP_LENGTH } from './packet-filter.js';

const MAGIC = 0xa1b2c3d4;
const LINKTYPE_ETHERNET = 1;

/** A classic capture file (draft-ietf-opsawg-pcap): little endian, microseconds, Ethernet. */
export interface PcapWriter {
  /** @param at Epoch milliseconds. */
  write(frame: Buffer, at: number, originalLength: number): void;
  close(): void;
}

/** @throws what open(2) and write(2) say. */
export function createPcap(file: string): PcapWriter {
  const fd = openSync(file, 'w', 0o600);
  writeSync(fd, pcapHeader());
  let open = true;
  return {
    write: (frame, at, originalLength) => {
      if (open) writeSync(fd, Buffer.concat([recordHeader(frame.length, at, originalLength), frame]));
    },
    close: () => {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function pcapHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAP_LENGTH, 16);
  header.writeUInt32LE(LINKTYPE_ETHERNET, 20);
  return header;
}

function recordHeader(length: number, at: number, originalLength: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(at / 1000), 0);
  header.writeUInt32LE(Math.floor((at % 1000) * 1000), 4);
  header.writeUInt32LE(length, 8);
  header.writeUInt32LE(Math.max(length, originalLength), 12);
  return header;
}
