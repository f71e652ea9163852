import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { beginsWith } from './text.js';

/** Java RMI specification, chapter 10 (wire protocol): magic, two bytes of version, kind of the stream. */
const MAGIC = 'JRMI';
const KIND_AT = 6;
const STREAM = 0x4b;
const MULTIPLEX = 0x4d;

/** The header of a Java RMI (JRMP) stream. */
export function parseRmi(bytes: Uint8Array): Parsed<'rmi'> {
  if (beginsWith(bytes, MAGIC) === 'no') return NO_MATCH;
  const kind = bytes[KIND_AT];
  if (kind === undefined) return needMore();
  return kind >= STREAM && kind <= MULTIPLEX ? done('rmi') : NO_MATCH;
}
