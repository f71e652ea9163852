import { Cursor } from './cursor.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';

/** Everything of the flags but RD, AD and CD: a plain query has none of them (RFC 1035 §4.1.1, RFC 4035 §4.6). */
const FLAGS_NEVER_SET = 0xfecf;
/** IXFR brings one SOA as authority (RFC 1995 §3). */
const MAX_AUTHORITIES = 1;
/** EDNS, TSIG and SIG(0). */
const MAX_ADDITIONAL = 3;
/** RFC 1035 §2.3.4; the name counts with its length bytes. */
const MAX_LABEL = 63;
const MAX_NAME = 255;
/** mDNS uses the top bit of the class for "answer by unicast" (RFC 6762 §5.4). */
const CLASS_BITS = 0x7fff;
/** IN, CH, HS, ANY (RFC 6895 §3.2). */
const CLASSES: ReadonlySet<number> = new Set([1, 3, 4, 255]);

/** A DNS message that is a query with one question. Only its header and its question are read. */
export function parseDnsQuery(bytes: Uint8Array): Parsed<'dns'> {
  const cursor = new Cursor(bytes);
  cursor.skip(2); // the query's number
  const flags = cursor.uint(2);
  const questions = cursor.uint(2);
  const answers = cursor.uint(2);
  const authorities = cursor.uint(2);
  const additional = cursor.uint(2);
  if (!cursor.ok) return needMore();
  const counted = questions === 1 && answers === 0;
  if ((flags & FLAGS_NEVER_SET) !== 0 || !counted) return NO_MATCH;
  if (authorities > MAX_AUTHORITIES || additional > MAX_ADDITIONAL) return NO_MATCH;
  if (!skipName(cursor)) return NO_MATCH;
  const type = cursor.uint(2);
  const recordClass = cursor.uint(2) & CLASS_BITS;
  if (!cursor.ok) return needMore();
  return type !== 0 && CLASSES.has(recordClass) ? done('dns') : NO_MATCH;
}

/** False where it is no name; a compression pointer has nothing to point at in the first question. */
function skipName(cursor: Cursor): boolean {
  for (let total = 0; ; ) {
    const length = cursor.uint(1);
    total += length + 1;
    if (length > MAX_LABEL || total > MAX_NAME) return false;
    if (length === 0) return true;
    cursor.skip(length);
  }
}
