import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Authority, parseAuthority } from '../recognize/authority.js';
import type { Field } from '../recognize/http-head.js';
import type { Exchange } from './exchange.js';
import type { HttpAnswer } from './recorded-answers.js';

/** What is done with what comes over one stream of HTTP/1. */
export interface Http1Handlers {
  readonly onExchange: (exchange: Exchange) => void;
  /** A CONNECT was answered: what follows on the stream goes to its target. */
  readonly onTunnel: (stream: Duplex, target: Authority) => void;
  /** Node's code of what is wrong with a request (`HPE_…`), or of how the stream broke. */
  readonly onFailure: (code: string) => void;
}

/** Serves streams of HTTP/1 with Node's own parser. */
export interface Http1 {
  /** @param stream Paused, with its first bytes put back. */
  serve(stream: Duplex, handlers: Http1Handlers): void;
}

/** Milliseconds without traffic on a stream in mid-request; between requests Node waits for 5 s. */
const IDLE = 30_000;
/** Without a body: the head of the answer is all of it (RFC 9110 §9.3.6). */
const TUNNEL_OPEN = 'HTTP/1.1 200 Connection Established\r\n\r\n';
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

export function createHttp1(): Http1 {
  const handlers = new WeakMap<Duplex, Http1Handlers>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    handlers.get(request.socket)?.onExchange({
      method: request.method ?? '',
      path: request.url ?? '',
      fields: fieldsOf(request.rawHeaders),
      body: request,
      respond: (answer) => respond(response, answer),
    });
  // It listens to nothing, and so checks none of its timeouts for heads and whole requests.
  const server = createServer();
  server.timeout = IDLE;
  server.on('request', onRequest);
  // A client that expects something else than 100-continue is answered as any other.
  server.on('checkExpectation', onRequest);
  server.on('connect', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const own = handlers.get(stream);
    const target = parseAuthority(request.url ?? '');
    own?.onExchange({
      method: 'CONNECT',
      path: request.url ?? '',
      fields: fieldsOf(request.rawHeaders),
      body: request,
      respond: () => {
        stream.write(target === null ? BAD_REQUEST : TUNNEL_OPEN);
        if (target === null) stream.end();
      },
    });
    request.resume();
    if (head.length > 0) stream.unshift(head);
    if (target !== null) own?.onTunnel(stream, target);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, stream: Duplex) => {
    handlers.get(stream)?.onFailure(error.code ?? 'EPROTO');
    if (stream.writable && error.code !== 'ECONNRESET') stream.end(BAD_REQUEST);
    else stream.destroy();
  });
  return {
    serve: (stream, own) => {
      handlers.set(stream, own);
      server.emit('connection', stream);
      // It was paused on purpose, which a reader alone doesn't undo.
      stream.resume();
    },
  };
}

/** Name, value, name, value … */
function fieldsOf(raw: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    fields.push({ name: (raw[index] ?? '').toLowerCase(), value: raw[index + 1] ?? '' });
  }
  return fields;
}

function respond(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.statusCode = status;
  for (const [name, value] of headers) response.appendHeader(name, value);
  // RFC 9110 §8.6: none with 204; with 304 it would be that of a 200.
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.end(body);
}
