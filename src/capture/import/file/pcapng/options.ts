import type { Fields } from '../fields.js';

/** Options looked at in one block: those that are read here stand among the first few. */
const MAXIMUM_OPTIONS = 64;
const END = 0;

/** The value of the first option with a code (draft-ietf-opsawg-pcapng §3.5); null where there is none. */
export function findOption(body: Buffer, from: number, code: number, fields: Fields): Buffer | null {
  let at = from;
  for (let count = 0; count < MAXIMUM_OPTIONS && at + 4 <= body.length; count += 1) {
    const found = fields.uint16(body, at);
    const length = fields.uint16(body, at + 2);
    const start = at + 4;
    if (found === END || start + length > body.length) return null;
    if (found === code) return body.subarray(start, start + length);
    at = start + Math.ceil(length / 4) * 4;
  }
  return null;
}
