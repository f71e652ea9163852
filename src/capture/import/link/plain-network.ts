import { NO_IP } from './ether-type.js';

const ETHER_TYPE = { IPV4: 0x0800, IPV6: 0x86dd } as const;

/** How frames of a link layer begin. */
export interface PlainFrame {
  /** Where the EtherType stands. */
  readonly typeAt: number;
  /** Bytes of the header. */
  readonly length: number;
}

/** By link type: those of nearly all captures. */
const FRAMES: ReadonlyMap<number, PlainFrame> = new Map([
  [1, { typeAt: 12, length: 14 }], // ETHERNET
  [113, { typeAt: 14, length: 16 }], // LINUX_SLL
  [276, { typeAt: 0, length: 20 }], // LINUX_SLL2
]);

/** Null for other link types. */
export function plainFrameOf(linkType: number): PlainFrame | null {
  return FRAMES.get(linkType) ?? null;
}

/** Where the IP packet of a plain frame begins; `NO_IP` for a frame with tags. */
export function plainNetwork(view: DataView, start: number, end: number, frame: PlainFrame): number {
  const network = start + frame.length;
  if (network > end) return NO_IP;
  const type = view.getUint16(start + frame.typeAt);
  return type === ETHER_TYPE.IPV4 || type === ETHER_TYPE.IPV6 ? network : NO_IP;
}
