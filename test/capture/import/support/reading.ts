import type { ReadBytes } from '../../../../src/capture/import/file/byte-window.js';
import type { PacketSink } from '../../../../src/capture/import/file/captured-packet.js';
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

/** A sink that takes nothing at a glance. */
export function readWhole(packet: PacketSink['packet']): PacketSink {
  return { packet, glance: () => false };
}

/** All packets of a file as values, and how its reading ended. */
export function packetsOf(
  bytes: Uint8Array,
  portion?: number,
): CaptureFile & { readonly packets: ReadPacket[] } {
  const packets: ReadPacket[] = [];
  const file = readCapture(
    source(bytes, portion),
    readWhole(({ at, bytes: kept, originalLength, from }) => {
      packets.push({ at, bytes: kept.toString('hex'), originalLength, linkType: from.linkType });
    }),
  );
  return { ...file, packets };
}

/** What a capture file comes to. */
export function trafficOf(bytes: Uint8Array, resolvers?: ReadonlySet<string>): Traffic {
  return glancedAt(bytes, resolvers).traffic;
}

/** The same, and the number of packets that were taken where they lie. */
export function glancedAt(
  bytes: Uint8Array,
  resolvers?: ReadonlySet<string>,
): { readonly traffic: Traffic; readonly taken: number } {
  const importer = new Importer(resolvers);
  let taken = 0;
  readCapture(source(bytes), {
    packet: (packet) => importer.packet(packet),
    glance: (...packet) => {
      const isTaken = importer.glance(...packet);
      if (isTaken) taken += 1;
      return isTaken;
    },
  });
  return { traffic: importer.finish(), taken };
}

/** What a capture file comes to where each packet is read whole. */
export function trafficReadWhole(bytes: Uint8Array): Traffic {
  const importer = new Importer();
  readCapture(
    source(bytes),
    readWhole((packet) => importer.packet(packet)),
  );
  return importer.finish();
}

/** What IP packets come to, a millisecond apart. */
export function trafficOfPackets(packets: readonly Buffer[], resolvers?: ReadonlySet<string>): Traffic {
  return trafficOf(pcap(timed(packets), { linkType: 101 }), resolvers);
}
