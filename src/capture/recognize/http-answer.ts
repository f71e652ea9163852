import { type Field, readHead, singleValue } from './http-head.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { beginsWith } from './text.js';
import type { ProxyAnswer } from './tunnel-opening.js';

const STATUS_LINE = /^HTTP\/1\.\d (\d{3})(?: |$)/;
/** The answer and what may come before it: one 100 or 103 is usual, more than a few are not. */
const MAX_HEADS = 8;
/** Content below 1 GB; more would never fit into what is kept of the received bytes anyway. */
const LENGTH = /^\d{1,9}$/;

/**
 * A proxy's answer to a CONNECT. RFC 9110 §9.3.6: the tunnel begins behind the head of any 2xx answer; after
 * another one the connection goes on with the next request, once the answer's content is over.
 */
export function parseConnectAnswer(bytes: Uint8Array): Parsed<ProxyAnswer> {
  let at = 0;
  for (let heads = 0; heads < MAX_HEADS; heads += 1) {
    const rest = bytes.subarray(at);
    if (beginsWith(rest, 'HTTP/1.') === 'no') return NO_MATCH;
    const head = readHead(rest);
    if (head === null) return needMore();
    const status = head === 'too-long' ? undefined : STATUS_LINE.exec(head.start)?.[1];
    if (head === 'too-long' || status === undefined) return NO_MATCH;
    at += head.length;
    if (status.startsWith('2')) return done({ accepted: true, length: at });
    if (!status.startsWith('1')) {
      const content = contentLength(head.fields);
      return done({ accepted: false, length: content === null ? null : at + content });
    }
  }
  return NO_MATCH;
}

/** Null where the content ends with the connection, or is chunked: then no next request is looked for. */
function contentLength(fields: readonly Field[] | null): number | null {
  if (fields === null || fields.some((field) => field.name === 'transfer-encoding')) return null;
  const value = singleValue(fields, 'content-length');
  return value !== null && LENGTH.test(value) ? Number(value) : null;
}
