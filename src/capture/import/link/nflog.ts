import { fieldsOf } from '../file/fields.js';
import { isInternetFamily } from './address-family.js';
import { NO_IP } from './ether-type.js';

const HEADER = 4;
const ATTRIBUTE_HEADER = 4;
/** NFULA_PAYLOAD of linux/netfilter/nfnetlink_log.h. */
const PAYLOAD = 9;
/** The kernel writes some twenty kinds of attributes. */
const MAXIMUM_ATTRIBUTES = 64;

/** Where the packet begins among the attributes (tcpdump.org/linktypes/LINKTYPE_NFLOG.html). */
export function nflogOffset(bytes: Buffer, isLittleEndian: boolean): number {
  if (bytes.length < HEADER || !isInternetFamily(bytes[0] ?? 0)) return NO_IP;
  const { uint16 } = fieldsOf(isLittleEndian);
  let at = HEADER;
  for (let count = 0; count < MAXIMUM_ATTRIBUTES && at + ATTRIBUTE_HEADER <= bytes.length; count += 1) {
    const length = uint16(bytes, at);
    if (length < ATTRIBUTE_HEADER) return NO_IP;
    if (uint16(bytes, at + 2) === PAYLOAD) return at + ATTRIBUTE_HEADER;
    at += Math.ceil(length / 4) * 4;
  }
  return NO_IP;
}
