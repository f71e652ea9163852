import { parseDnsQuery } from './dns-query.js';
import { NO_MATCH, needMore, type Parsed } from './parsed.js';

/** RFC 1035 §4.2.2. */
const LENGTH_PREFIX = 2;
/** A header and the question for the root. */
const MIN_MESSAGE = 17;
/** A query that is padded to 468 bytes (RFC 8467) and signed stays well below; beyond, the prefix could be anything. */
const MAX_MESSAGE = 1023;

/** The first query of DNS over TCP. */
export function parseDnsOverTcp(bytes: Uint8Array): Parsed<'dns'> {
  const [high, low] = bytes;
  if (high !== undefined && high * 256 > MAX_MESSAGE) return NO_MATCH;
  if (high === undefined || low === undefined) return needMore();
  const length = high * 256 + low;
  if (length < MIN_MESSAGE || length > MAX_MESSAGE) return NO_MATCH;
  const message = bytes.subarray(LENGTH_PREFIX, LENGTH_PREFIX + length);
  const query = parseDnsQuery(message);
  return query.state === 'need-more' && message.length === length ? NO_MATCH : query;
}
