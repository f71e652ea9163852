import { CaptureFileError } from './capture-file-error.js';
import { type CaptureInterface, MAXIMUM_PACKET } from './captured-packet.js';

export const PCAP_HEADER = 24;

/** First four bytes, read as big endian (draft-ietf-opsawg-pcap §4). */
const MAGIC: ReadonlyMap<number, { readonly isLittleEndian: boolean; readonly isNanoseconds: boolean }> =
  new Map([
    [0xa1b2c3d4, { isLittleEndian: false, isNanoseconds: false }],
    [0xd4c3b2a1, { isLittleEndian: true, isNanoseconds: false }],
    [0xa1b23c4d, { isLittleEndian: false, isNanoseconds: true }],
    [0x4d3cb2a1, { isLittleEndian: true, isNanoseconds: true }],
  ]);
/** Above them stands the length of a frame check sequence. */
const LINK_TYPE_BITS = 0xffff;
const VERSION = { major: 2, minor: 4 } as const;
/**
 * Writers are known to keep a little more than the snap length that they wrote, so a smaller one is no bound: the
 * largest IP packet (RFC 791) with room for any link layer's header is.
 */
const LEAST_BOUND = 66_560;

export interface PcapHeader extends CaptureInterface {
  readonly isNanoseconds: boolean;
  /** The most bytes that a record may have; at most `MAXIMUM_PACKET`. */
  readonly recordBound: number;
}

/**
 * The header of a classic capture; null where the magic is none of it.
 * @param bytes At least `PCAP_HEADER`
 * @throws CaptureFileError `unsupported-version`
 */
export function readPcapHeader(bytes: Buffer): PcapHeader | null {
  const kind = MAGIC.get(bytes.readUInt32BE(0));
  if (kind === undefined) return null;
  const [major, minor] = kind.isLittleEndian
    ? [bytes.readUInt16LE(4), bytes.readUInt16LE(6)]
    : [bytes.readUInt16BE(4), bytes.readUInt16BE(6)];
  if (major !== VERSION.major || minor !== VERSION.minor) {
    throw new CaptureFileError(
      'unsupported-version',
      `expected a capture of version ${VERSION.major}.${VERSION.minor}, got ${major}.${minor}`,
    );
  }
  const snapLength = kind.isLittleEndian ? bytes.readUInt32LE(16) : bytes.readUInt32BE(16);
  const linkType = kind.isLittleEndian ? bytes.readUInt32LE(20) : bytes.readUInt32BE(20);
  return { ...kind, linkType: linkType & LINK_TYPE_BITS, recordBound: recordBound(snapLength) };
}

/** 0 and more than the maximum both say that there is no snap length (as in libpcap's pcap_adjust_snapshot). */
function recordBound(snapLength: number): number {
  return snapLength === 0 || snapLength > MAXIMUM_PACKET ? MAXIMUM_PACKET : Math.max(snapLength, LEAST_BOUND);
}
