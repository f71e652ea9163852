const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** IEEE 802.1Q, IEEE 802.1ad, and what was used for QinQ before it. */
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
/** 802.1ad knows two; a third is seen in the field. */
const MAXIMUM_TAGS = 4;
const TAG = 4;

/** In place of an offset: what follows is no IP packet, or is cut off before it. */
export const NO_IP = -1;

/**
 * Where the IP packet begins behind any VLAN tags, else `NO_IP`.
 * @param type The EtherType; @param at Where what it names begins
 */
export function networkOffset(bytes: Buffer, type: number, at: number): number {
  let current = type;
  let start = at;
  for (let tags = 0; TAGS.has(current); tags += 1) {
    if (tags === MAXIMUM_TAGS || start + TAG > bytes.length) return NO_IP;
    current = bytes.readUInt16BE(start + 2);
    start += TAG;
  }
  return current === IPV4 || current === IPV6 ? start : NO_IP;
}
