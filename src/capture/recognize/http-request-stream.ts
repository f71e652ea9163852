import { type Field, MAX_HEAD, readHead } from './http-head.js';
import { type HttpRequest, parseHttpRequest } from './http-request.js';

/** One request on a connection that may carry many. */
export interface StreamedRequest extends HttpRequest {
  /** True where the client asks to speak something else from here on (RFC 9110 §7.8). */
  readonly isUpgrade: boolean;
}

export type StreamedRequests =
  | {
      readonly state: 'read';
      /** Requests whose heads are whole now, in order. */
      readonly requests: readonly StreamedRequest[];
      /** Bytes at the end that belong to a head which is not whole yet. */
      readonly open: number;
    }
  /** What follows can't be told apart from a body, or the other way round: peers would differ in it too. */
  | { readonly state: 'unreadable' };

/** Longest line that gives a chunk's size, with its extensions (RFC 9112 §7.1.1 sets none). */
const LONGEST_CHUNK_LINE = 4096;
const CRLF = '\r\n';
/** With CRLF alone (RFC 9112 §7.1): who takes a bare LF, or anything behind the data, finds other chunks than who doesn't. */
const CHUNK_SIZE = /^([0-9a-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r\n$/i;
const VERSION = / HTTP\/1\.\d$/;
const LENGTH = /^\d{1,15}$/;

type Place =
  | { readonly kind: 'head' }
  | { readonly kind: 'body'; left: number; readonly isChunk: boolean }
  | { readonly kind: 'chunk-end' }
  | { readonly kind: 'chunk-line' }
  | { readonly kind: 'trailer' };

/**
 * Finds each request on a connection of HTTP/1.x by the framing of RFC 9112 §6, so that a second one is looked at like
 * the first. Whatever could be framed in two ways is unreadable for good.
 */
export function createHttpRequestStream(): { push(chunk: Buffer): StreamedRequests } {
  let place: Place = { kind: 'head' };
  let kept: Buffer = Buffer.alloc(0);
  let isLost = false;

  /** Moves behind one element; false where it is not whole yet. */
  const step = (found: StreamedRequest[]): boolean => {
    switch (place.kind) {
      case 'body': {
        const length = Math.min(place.left, kept.length);
        place.left -= length;
        kept = kept.subarray(length);
        if (place.left > 0) return false;
        place = { kind: place.isChunk ? 'chunk-end' : 'head' };
        return true;
      }
      case 'chunk-end': {
        const end = kept.toString('latin1', 0, CRLF.length);
        if (!CRLF.startsWith(end)) return lose(true);
        if (end.length < CRLF.length) return false;
        kept = kept.subarray(CRLF.length);
        place = { kind: 'chunk-line' };
        return true;
      }
      case 'chunk-line': {
        const end = kept.indexOf(0x0a);
        if (end === -1) return lose(kept.length > LONGEST_CHUNK_LINE);
        const size = CHUNK_SIZE.exec(kept.toString('latin1', 0, end + 1))?.[1];
        if (size === undefined) return lose(true);
        kept = kept.subarray(end + 1);
        const bytes = Number.parseInt(size, 16);
        place = bytes === 0 ? { kind: 'trailer' } : { kind: 'body', left: bytes, isChunk: true };
        return true;
      }
      case 'trailer': {
        const end = kept.indexOf(0x0a);
        if (end === -1) return lose(kept.length > MAX_HEAD);
        if (kept[end - 1] !== 0x0d) return lose(true);
        kept = kept.subarray(end + 1);
        if (end === 1) place = { kind: 'head' };
        return true;
      }
      case 'head':
        return readRequest(found);
    }
  };

  const readRequest = (found: StreamedRequest[]): boolean => {
    if (kept.length === 0) return false;
    const parsed = parseHttpRequest(kept);
    if (parsed.state === 'need-more') return false;
    const head = parsed.state === 'done' && parsed.value.length > 0 ? readHead(kept) : null;
    if (parsed.state !== 'done' || head === null || head === 'too-long') return lose(true);
    // HTTP/2 begins with words that look like a request (RFC 9113 §3.4).
    if (!VERSION.test(head.start)) return lose(true);
    const { fields } = head;
    const body = fields === null ? null : framing(fields);
    if (fields === null || body === null) return lose(true);
    found.push({ ...parsed.value, isUpgrade: fields.some(({ name }) => name === 'upgrade') });
    kept = kept.subarray(parsed.value.length);
    place = body;
    return true;
  };

  const lose = (isFinal: boolean): false => {
    isLost ||= isFinal;
    return false;
  };

  return {
    push(chunk) {
      kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      const requests: StreamedRequest[] = [];
      while (!isLost && step(requests));
      if (isLost) return { state: 'unreadable' };
      return { state: 'read', requests, open: place.kind === 'head' ? kept.length : 0 };
    },
  };
}

/** Where the next request begins (RFC 9112 §6.3); null where two fields tell it differently. */
function framing(fields: readonly Field[]): Place | null {
  const codings = valuesOf(fields, 'transfer-encoding');
  const lengths = new Set(valuesOf(fields, 'content-length'));
  if (codings.length > 0) {
    const isChunked = codings.length === 1 && codings[0]?.toLowerCase() === 'chunked';
    return isChunked && lengths.size === 0 ? { kind: 'chunk-line' } : null;
  }
  const [length, other] = lengths;
  if (length === undefined) return { kind: 'head' };
  if (other !== undefined || !LENGTH.test(length)) return null;
  const left = Number(length);
  return left === 0 ? { kind: 'head' } : { kind: 'body', left, isChunk: false };
}

function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value);
}
