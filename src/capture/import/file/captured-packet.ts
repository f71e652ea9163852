/**
 * The most that one packet may have: what tcpdump and Wireshark take as the largest snap length of a network's packets
 * (libpcap's MAXIMUM_SNAPLEN). A header that claims more is damaged or hostile.
 */
export const MAXIMUM_PACKET = 262_144;

/** The last millisecond of the year 9999, the last one that ISO 8601 writes with four digits. */
const MAXIMUM_TIME = 253_402_300_799_999;

/** Where packets were captured. */
export interface CaptureInterface {
  /** Number of tcpdump.org/linktypes.html. */
  readonly linkType: number;
  /** Byte order of the capturing machine: some link layers write in it. */
  readonly isLittleEndian: boolean;
}

/** One packet as the file holds it. */
export interface CapturedPacket {
  /** Epoch milliseconds, with a fraction; from 1970 to 9999. */
  readonly at: number;
  /** From the link layer's header on; they hold until the next packet is read. */
  readonly bytes: Buffer;
  /** Bytes that it had on the wire: more than `bytes` where the capture kept only its beginning. */
  readonly originalLength: number;
  readonly from: CaptureInterface;
}

/** Who takes the packets of a capture, in their order. */
export interface PacketSink {
  /**
   * Looks at a packet where it lies, before anything is made of it: true where it is taken with that, and nobody is to
   * read it. Most of a capture are segments of which nothing but their header counts. Numbers in it are read through a
   * DataView: Buffer's readers check their arguments first, and take three to seven times as long.
   * @param start Where in `view` the link layer's header begins; @param end Where what was kept ends
   * @param at As in a captured packet
   */
  glance(view: DataView, start: number, end: number, at: number, from: CaptureInterface): boolean;
  /** Takes one that was not taken so. */
  packet(packet: CapturedPacket): void;
}

/** How the reading of a file ended. */
export type CaptureEnd =
  | { readonly state: 'whole' }
  /** What comes before `offset` (bytes from the file's beginning) was read, what comes after it was not. */
  | { readonly state: 'stopped'; readonly offset: number; readonly reason: string };

/** Keeps a claimed time within what can be written as a date; 0 where it is no number. */
export function boundedTime(milliseconds: number): number {
  return milliseconds > 0 ? Math.min(milliseconds, MAXIMUM_TIME) : 0;
}
