import type { ReadBytes } from '../../../../src/capture/import/file/byte-window.js';
import { type CaptureFile, readCapture } from '../../../../src/capture/import/file/read-capture.js';
import { Importer, type Traffic } from '../../../../src/capture/import/importer.js';
import { pcap } from './capture-files.js';
import { timed } from './sessions.js';

/** Gives a file's bytes in portions, and says how much was asked for. */
export function source(bytes: Uint8Array, portion = Number.POSITIVE_INFINITY): ReadBytes {
  let at = 0;
  return (into) => {
    const part = bytes.subarray(at, at + Math.min(into.length, portion));
    into.set(part);
    at += part.length;
    return part.length;
  };
}

export interface ReadPacket {
  readonly at: number;
  readonly bytes: string;
  readonly originalLength: number;
  readonly linkType: number;
}

/** All packets of a file as values, and how its reading ended. */
export function packetsOf(
  bytes: Uint8Array,
  portion?: number,
): CaptureFile & { readonly packets: ReadPacket[] } {
  const packets: ReadPacket[] = [];
  const file = readCapture(source(bytes, portion), ({ at, bytes: kept, originalLength, from }) => {
    packets.push({ at, bytes: kept.toString('hex'), originalLength, linkType: from.linkType });
  });
  return { ...file, packets };
}

/** What a capture file comes to. */
export function trafficOf(bytes: Uint8Array): Traffic {
  const importer = new Importer();
  readCapture(source(bytes), (packet) => importer.packet(packet));
  return importer.finish();
}

/** What IP packets come to, a millisecond apart. */
export function trafficOfPackets(packets: readonly Buffer[]): Traffic {
  return trafficOf(pcap(timed(packets), { linkType: 101 }));
}
