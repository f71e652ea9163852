import type { Cursor } from '../cursor.js';

/** A variable-length integer (RFC 9000 §16); beyond 2^53 it is not exact, and larger than anything that could follow. */
export function readVarint(cursor: Cursor): number {
  const first = cursor.uint(1);
  const more = (1 << (first >> 6)) - 1;
  return cursor.take(more).reduce((value, byte) => value * 256 + byte, first & 0x3f);
}
