import { constants, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Field } from '../recognize/http-head.js';
import type { Exchange } from './exchange.js';
import type { HttpAnswer } from './recorded-answers.js';

/** RFC 9113 §3.4: how a client begins who knows that the server speaks HTTP/2. */
export const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/**
 * Milliseconds after which a session without traffic is closed, also one that broke the protocol, which Node keeps; and
 * after which one is ended whose streams are open even then: to close waits for them, and nobody else does.
 */
const TIMING = { idle: 10_000, grace: 5_000 };
/** Streams of one session at once (RFC 9113 §6.5.2 recommends no fewer than 100). */
const MAXIMUM_STREAMS = 100;
/** Bytes of a request's fields, as for HTTP/1. */
const MAXIMUM_FIELDS = 16_384;

export interface Http2Handlers {
  readonly onExchange: (exchange: Exchange) => void;
  /** Node's code of how the session broke. */
  readonly onFailure: (code: string) => void;
  /** The session has ended without a request. */
  readonly onSilence: () => void;
}

/** Serves a stream of HTTP/2; a CONNECT is answered and nothing more. */
export function serveHttp2(
  stream: Duplex,
  { onExchange, onFailure, onSilence }: Http2Handlers,
  timing: { readonly idle: number; readonly grace: number } = TIMING,
): void {
  let isSilent = true;
  // HTTP/2 ends in frames: whoever closes its side has gone.
  stream.allowHalfOpen = false;
  const session = performServerHandshake(stream, {
    settings: { maxConcurrentStreams: MAXIMUM_STREAMS, maxHeaderListSize: MAXIMUM_FIELDS },
  });
  session.on('stream', (request: ServerHttp2Stream, headers, _flags, raw?: readonly string[]) => {
    request.on('error', () => {});
    isSilent = false;
    onExchange({
      method: String(headers[constants.HTTP2_HEADER_METHOD] ?? ''),
      path: String(headers[constants.HTTP2_HEADER_PATH] ?? headers[constants.HTTP2_HEADER_AUTHORITY] ?? ''),
      fields: fieldsOf(raw ?? []),
      body: request,
      respond: (answer) => respond(request, answer),
    });
  });
  session.on('error', (error: NodeJS.ErrnoException) => onFailure(error.code ?? 'EPROTO'));
  let ending: NodeJS.Timeout | null = null;
  session.on('close', () => {
    if (ending !== null) clearTimeout(ending);
    if (isSilent) onSilence();
  });
  session.setTimeout(timing.idle, () => {
    session.close();
    ending ??= setTimeout(() => session.destroy(), timing.grace);
  });
}

/** Name, value, name, value …, without those that are no fields of the request (RFC 9113 §8.3). */
function fieldsOf(raw: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (!name.startsWith(':')) fields.push({ name, value: raw[index + 1] ?? '' });
  }
  return fields;
}

function respond(request: ServerHttp2Stream, { status, headers, body }: HttpAnswer): void {
  if (request.destroyed || request.closed) return;
  const fields: Record<string, string | number | string[]> = { [constants.HTTP2_HEADER_STATUS]: status };
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const others = fields[key];
    fields[key] = others === undefined ? value : [...[others].flat().map(String), value];
  }
  request.respond(fields);
  request.end(body);
}
