import { Cursor } from './cursor.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** Bytes of a length in long form: enough for 4 GiB, and what Active Directory clients write even for ten bytes. */
const MAX_LENGTH_BYTES = 4;
const BIND_REQUEST = 0x60;
const SEARCH_REQUEST = 0x63;
const EXTENDED_REQUEST = 0x77;

/** Tag of the first element inside each request with which a client begins, RFC 4511 §4.2, §4.5, §4.12. */
const FIRST_ELEMENT: ReadonlyMap<number, number> = new Map([
  [BIND_REQUEST, INTEGER],
  [SEARCH_REQUEST, 0x04],
  [EXTENDED_REQUEST, 0x80],
]);

/** An LDAPMessage (RFC 4511 §4.1.1) that binds, searches or asks for an extended operation such as StartTLS. */
export function parseLdap(bytes: Uint8Array): Parsed<'ldap'> {
  const cursor = new Cursor(bytes);
  if (cursor.uint(1) !== SEQUENCE) return cursor.ok ? NO_MATCH : needMore();
  const messageLength = readLength(cursor);
  const messageStart = cursor.position;
  const integer = cursor.uint(1);
  if (cursor.ok && (messageLength === null || integer !== INTEGER)) return NO_MATCH;
  const idLength = cursor.uint(1);
  if (cursor.ok && (idLength < 1 || idLength > 4)) return NO_MATCH;
  const id = cursor.take(idLength);
  if (cursor.ok && (id[0] ?? 0) > 0x7f) return NO_MATCH;
  const operation = cursor.uint(1);
  const first = FIRST_ELEMENT.get(operation);
  if (cursor.ok && first === undefined) return NO_MATCH;
  const operationLength = readLength(cursor);
  const operationEnd = cursor.position + (operationLength ?? 0) - messageStart;
  const element = cursor.uint(1);
  if (!cursor.ok) return needMore();
  const fits = operationLength !== null && messageLength !== null && operationEnd <= messageLength;
  return fits && element === first ? done('ldap') : NO_MATCH;
}

/** A definite length, X.690 §8.1.3; null for the indefinite form and for lengths beyond the maximum. */
function readLength(cursor: Cursor): number | null {
  const first = cursor.uint(1);
  if (first < 0x80) return first;
  const size = first - 0x80;
  if (size < 1 || size > MAX_LENGTH_BYTES) return null;
  return cursor.take(size).reduce((value, byte) => value * 256 + byte, 0);
}
