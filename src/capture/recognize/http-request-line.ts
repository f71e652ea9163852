import { MAX_HEAD } from './http-head.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { latin1 } from './text.js';

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  /** Where the line begins: behind blank lines. */
  readonly start: number;
}

/** RFC 9112 §2.2: a server ignores at least one empty line before the request; old clients sent one or two. */
const MAX_BLANK = 4;
/** The longest registered method, UPDATEREDIRECTREF, has 17 characters. */
const MAX_METHOD = 32;
const BLANK = 0x20;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/;
const VERSION = /^HTTP\/1\.\d\r?\n/;
const VERSION_BEGUN = /^(?:H(?:T(?:T(?:P(?:\/(?:1(?:\.(?:\d\r?)?)?)?)?)?)?)?)?$/;

/** The line `method SP request-target SP HTTP/1.x` (RFC 9112 §3), with one blank at each place, as it demands. */
export function parseRequestLine(bytes: Uint8Array): Parsed<RequestLine> {
  const start = skipBlankLines(bytes);
  const methodEnd = endOfWord(bytes, start, start + MAX_METHOD + 1);
  const method = latin1(bytes.subarray(start, methodEnd));
  if (!TOKEN.test(method) || method.length > MAX_METHOD) return NO_MATCH;
  if (methodEnd === bytes.length) return needMore();
  if (method === '' || bytes[methodEnd] !== BLANK) return NO_MATCH;
  const targetStart = methodEnd + 1;
  const targetEnd = endOfWord(bytes, targetStart, MAX_HEAD);
  if (targetEnd === MAX_HEAD) return NO_MATCH;
  if (targetEnd === bytes.length) return needMore();
  if (targetEnd === targetStart || bytes[targetEnd] !== BLANK) return NO_MATCH;
  const rest = latin1(bytes.subarray(targetEnd + 1, targetEnd + 1 + 'HTTP/1.1\r\n'.length));
  if (VERSION.test(rest)) {
    return done({ method, target: latin1(bytes.subarray(targetStart, targetEnd)), start });
  }
  return VERSION_BEGUN.test(rest) ? needMore() : NO_MATCH;
}

function skipBlankLines(bytes: Uint8Array): number {
  let at = 0;
  while (at < MAX_BLANK && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at += 1;
  return at;
}

/** Index of the first byte that is a blank or a control character, at most `limit` or the end. */
function endOfWord(bytes: Uint8Array, from: number, limit: number): number {
  const end = Math.min(bytes.length, limit);
  let at = from;
  while (at < end && isVisible(bytes[at] ?? BLANK)) at += 1;
  return at;
}

/** Above ASCII too: clients do send raw UTF-8 in a target, and servers take it. */
function isVisible(byte: number): boolean {
  return byte > BLANK && byte !== 0x7f;
}
