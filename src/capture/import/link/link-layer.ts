import type { CaptureInterface } from '../file/captured-packet.js';
import { isInternetFamily } from './address-family.js';
import { NO_IP, networkOffset } from './ether-type.js';
import { nflogOffset } from './nflog.js';

/** Where in a frame the IP packet begins; `NO_IP` where it holds none. Total: any bytes have an answer. */
export type FindNetwork = (frame: Buffer) => number;

const ETHERNET_TYPE = 12;
const COOKED_TYPE = 14;
const COOKED_2_HEADER = 20;
const FAMILY = 4;

/** By the numbers of tcpdump.org/linktypes.html; what libpcap's older numbers mean depends on the writer's system. */
const FINDERS: ReadonlyMap<number, (from: CaptureInterface) => FindNetwork> = new Map<
  number,
  (from: CaptureInterface) => FindNetwork
>([
  [0, () => loopbackOffset], // NULL
  [1, () => (frame) => typedOffset(frame, ETHERNET_TYPE, ETHERNET_TYPE + 2)],
  [12, () => () => 0], // DLT_RAW of most systems
  [14, () => () => 0], // DLT_RAW of OpenBSD
  [101, () => () => 0], // RAW
  [108, () => loopbackOffset], // LOOP
  [113, () => (frame) => typedOffset(frame, COOKED_TYPE, COOKED_TYPE + 2)], // LINUX_SLL
  [228, () => () => 0], // IPV4
  [229, () => () => 0], // IPV6
  [
    239,
    ({ isLittleEndian }) =>
      (frame) =>
        nflogOffset(frame, isLittleEndian),
  ], // NFLOG
  [276, () => (frame) => typedOffset(frame, 0, COOKED_2_HEADER)], // LINUX_SLL2
]);

/** How to find the IP packet in frames of an interface; null for a link type that is not known. */
export function findNetworkOf(from: CaptureInterface): FindNetwork | null {
  return FINDERS.get(from.linkType)?.(from) ?? null;
}

/** @param typeAt Where the EtherType stands; @param start Where what it names begins */
function typedOffset(frame: Buffer, typeAt: number, start: number): number {
  return frame.length < start ? NO_IP : networkOffset(frame, frame.readUInt16BE(typeAt), start);
}

/** The address family in the byte order of the writer's machine, which need not be the file's; LOOP has it big endian. */
function loopbackOffset(frame: Buffer): number {
  if (frame.length < FAMILY) return NO_IP;
  const isInternet = isInternetFamily(frame.readUInt32LE(0)) || isInternetFamily(frame.readUInt32BE(0));
  return isInternet ? FAMILY : NO_IP;
}
