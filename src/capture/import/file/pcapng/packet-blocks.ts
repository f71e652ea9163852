import { type CapturedPacket, MAXIMUM_PACKET } from '../captured-packet.js';
import type { Fields } from '../fields.js';
import { BLOCK } from './blocks.js';
import { type PcapngInterface, timeOf } from './interface-description.js';

/** Fields before the data of an enhanced packet, and of its forerunner, which has the interface in 16 bits. */
const FIXED = 20;
const SIMPLE_FIXED = 4;

/**
 * The packet of a packet block (draft-ietf-opsawg-pcapng §4.3, §4.4, appendix A); a text that says why where it makes
 * no sense.
 * @param lastTime Taken for a simple packet, which has no time of its own
 */
export function readPacketBlock(
  type: typeof BLOCK.ENHANCED_PACKET | typeof BLOCK.OLD_PACKET | typeof BLOCK.SIMPLE_PACKET,
  body: Buffer,
  fields: Fields,
  interfaces: readonly PcapngInterface[],
  lastTime: number,
): CapturedPacket | string {
  const fixed = type === BLOCK.SIMPLE_PACKET ? SIMPLE_FIXED : FIXED;
  if (body.length < fixed) return `expected a packet block with ${fixed} bytes of fields, got ${body.length}`;
  const number =
    type === BLOCK.SIMPLE_PACKET
      ? 0
      : type === BLOCK.OLD_PACKET
        ? fields.uint16(body, 0)
        : fields.uint32(body, 0);
  const from = interfaces[number];
  if (from === undefined)
    return `expected a packet of one of ${interfaces.length} interfaces, got one of number ${number}`;
  const originalLength = fields.uint32(body, fixed - 4);
  const room = body.length - fixed;
  const length =
    type === BLOCK.SIMPLE_PACKET
      ? Math.min(originalLength, from.snapLength === 0 ? room : from.snapLength, room)
      : fields.uint32(body, 12);
  if (length > room || length > MAXIMUM_PACKET)
    return `expected a packet of at most ${Math.min(room, MAXIMUM_PACKET)} bytes, got one that claims ${length}`;
  return {
    at:
      type === BLOCK.SIMPLE_PACKET ? lastTime : timeOf(fields.uint32(body, 4), fields.uint32(body, 8), from),
    bytes: body.subarray(fixed, fixed + length),
    originalLength,
    from,
  };
}
