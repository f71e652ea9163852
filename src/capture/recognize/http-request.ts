import { formatTarget, parseAuthority } from './authority.js';
import { type Field, readHead, singleValue } from './http-head.js';
import { parseRequestLine, type RequestLine } from './http-request-line.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { beginsWith } from './text.js';

export interface HttpRequest {
  /**
   * Host without port that the request is for: of an absolute-form target, else of the Host field. Null where
   * there is none, where the head is malformed or too long, and where several claims differ.
   */
  readonly host: string | null;
  /** `host:port` of a CONNECT, else null. */
  readonly connectTarget: string | null;
  /** Bytes of the head, which only a CONNECT's caller needs; 0 where its end is unknown. */
  readonly length: number;
}

/** RFC 9113 §3.4: the connection preface of HTTP/2. The authority is behind it, compressed, and is not read. */
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const USERINFO = /^[A-Za-z0-9._~!$&'()*+,;=:%-]*$/;
const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;

/**
 * The request head at the beginning of a flow. A CONNECT whose target is not `host:port` is no match: were it
 * called HTTP, a lenient proxy's tunnel would hide behind it.
 */
export function parseHttpRequest(bytes: Uint8Array): Parsed<HttpRequest> {
  const preface = beginsWith(bytes, HTTP2_PREFACE);
  if (preface === 'yes') return done({ host: null, connectTarget: null, length: HTTP2_PREFACE.length });
  const line = parseRequestLine(bytes);
  if (line.state !== 'done') return preface === 'so-far' ? needMore() : line;
  const connectTarget = line.value.method === 'CONNECT' ? readConnectTarget(line.value.target) : null;
  if (line.value.method === 'CONNECT' && connectTarget === null) return NO_MATCH;
  const head = readHead(bytes.subarray(line.value.start));
  if (head === null) return needMore(connectTarget === null ? 'http' : null);
  if (head === 'too-long') {
    return connectTarget === null ? done({ host: null, connectTarget, length: 0 }) : NO_MATCH;
  }
  const length = line.value.start + head.length;
  return done({ host: readHost(line.value, head.fields), connectTarget, length });
}

/** RFC 9112 §3.2.3: authority-form, in which the port is not optional. */
function readConnectTarget(target: string): string | null {
  const authority = parseAuthority(target);
  return authority === null || authority.port === null ? null : formatTarget(authority.host, authority.port);
}

/** RFC 9112 §3.2.2: the target's authority counts, whatever the Host field says. */
function readHost(line: RequestLine, fields: readonly Field[] | null): string | null {
  if (fields === null || line.method === 'CONNECT') return null;
  const absolute = ABSOLUTE_FORM.exec(line.target);
  const claim = absolute === null ? singleValue(fields, 'host') : withoutUserinfo(absolute[1] ?? '');
  return claim === null ? null : (parseAuthority(claim)?.host ?? null);
}

/** Null where it is not RFC 3986 §3.2.1's: readers differ in what a second `@` or a backslash ends. */
function withoutUserinfo(authority: string): string | null {
  const at = authority.indexOf('@');
  if (at === -1) return authority;
  return USERINFO.test(authority.slice(0, at)) ? authority.slice(at + 1) : null;
}
