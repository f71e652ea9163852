import { NO_IP } from './ether-type.js';

const ETHER_TYPE = { IPV4: 0x0800, IPV6: 0x86dd } as const;
/** Link type → where its EtherType stands, and where its header ends: those of nearly all captures. */
const PLACES: ReadonlyMap<number, readonly [typeAt: number, length: number]> = new Map([
  [1, [12, 14]], // ETHERNET
  [113, [14, 16]], // LINUX_SLL
  [276, [0, 20]], // LINUX_SLL2
]);

/** Where the IP packet of a plain frame begins; `NO_IP` for a frame with tags, and for other link types. */
export function plainNetwork(view: DataView, start: number, end: number, linkType: number): number {
  const place = PLACES.get(linkType);
  if (place === undefined || start + place[1] > end) return NO_IP;
  const type = view.getUint16(start + place[0]);
  return type === ETHER_TYPE.IPV4 || type === ETHER_TYPE.IPV6 ? start + place[1] : NO_IP;
}
