import { type ByteWindow, MAXIMUM_HELD } from '../byte-window.js';
import { type Fields, fieldsOf } from '../fields.js';

/** Block types that are read (draft-ietf-opsawg-pcapng §4); all others are passed over. */
export const BLOCK = {
  SECTION: 0x0a0d0d0a,
  INTERFACE: 1,
  OLD_PACKET: 2,
  SIMPLE_PACKET: 3,
  STATISTICS: 5,
  ENHANCED_PACKET: 6,
} as const;
const READ: ReadonlySet<number> = new Set(Object.values(BLOCK));

/** Type, length, and the length again behind the body. */
const LEAST = 12;
const HEAD = 8;
const TAIL = 4;
const BYTE_ORDER = 0x1a2b3c4d;

export type NextBlock =
  /** The body holds until the window is read on; it is empty for types that are not read. */
  | {
      readonly state: 'block';
      readonly type: number;
      readonly body: Buffer;
      readonly isLittleEndian: boolean;
    }
  | { readonly state: 'end' }
  | { readonly state: 'stopped'; readonly reason: string };

/** The byte order that a section header gives for its section; null where it gives none. */
export function byteOrderOf(sectionHeader: Buffer): 'little' | 'big' | null {
  if (sectionHeader.length < LEAST) return null;
  if (sectionHeader.readUInt32LE(HEAD) === BYTE_ORDER) return 'little';
  return sectionHeader.readUInt32BE(HEAD) === BYTE_ORDER ? 'big' : null;
}

/** Takes the next block of a section, after both of its lengths and its maximum were checked. */
export function nextBlock(window: ByteWindow, isSectionLittleEndian: boolean): NextBlock {
  if (!window.ensure(LEAST)) {
    const left = window.held.length;
    return left === 0
      ? { state: 'end' }
      : stopped(`expected a block of at least ${LEAST} bytes, got ${left}`);
  }
  const head = window.held;
  // The number of the section header reads the same in both orders.
  const isSection = head.readUInt32LE(0) === BLOCK.SECTION;
  const order = isSection ? byteOrderOf(head) : isSectionLittleEndian ? 'little' : 'big';
  if (order === null) return stopped('expected a section header with a byte order');
  const fields = fieldsOf(order === 'little');
  const type = fields.uint32(head, 0);
  const length = fields.uint32(head, 4);
  if (length < LEAST || length % 4 !== 0)
    return stopped(`expected a block's length as a multiple of 4 from ${LEAST} on, got ${length}`);
  if (!READ.has(type)) return passOver(window, fields, type, length, order === 'little');
  if (length > MAXIMUM_HELD)
    return stopped(`expected a block of at most ${MAXIMUM_HELD} bytes, got one that claims ${length}`);
  if (!window.ensure(length))
    return stopped(`expected a block of ${length} bytes, got ${window.held.length}`);
  const block = window.held.subarray(0, length);
  const again = fields.uint32(block, length - TAIL);
  if (again !== length)
    return stopped(`expected the block's length ${length} again at its end, got ${again}`);
  window.advance(length);
  return {
    state: 'block',
    type,
    body: block.subarray(HEAD, length - TAIL),
    isLittleEndian: order === 'little',
  };
}

function passOver(
  window: ByteWindow,
  fields: Fields,
  type: number,
  length: number,
  isLittleEndian: boolean,
): NextBlock {
  if (!window.skip(length - TAIL) || !window.ensure(TAIL))
    return stopped(`expected a block of ${length} bytes, got fewer`);
  const again = fields.uint32(window.held, 0);
  if (again !== length)
    return stopped(`expected the block's length ${length} again at its end, got ${again}`);
  window.advance(TAIL);
  return { state: 'block', type, body: Buffer.alloc(0), isLittleEndian };
}

function stopped(reason: string): NextBlock {
  return { state: 'stopped', reason };
}
