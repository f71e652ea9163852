import { formatTarget } from './authority.js';
import { Cursor } from './cursor.js';
import { addressText, parseHost } from './host.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { latin1 } from './text.js';
import type { ProxyAnswer, TunnelOpening } from './tunnel-opening.js';

const VERSION = 5;
const AUTHENTICATION_VERSION = 1;
const NO_AUTHENTICATION = 0;
const USER_PASSWORD = 2;
const CONNECT = 1;
const UDP_ASSOCIATE = 3;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/**
 * SOCKS 5 (RFC 1928). The server's choice says what the client's next bytes are: the request, user and password
 * (RFC 1929), or something whose end can't be told, as with GSSAPI.
 */
export function parseSocks5(sent: Uint8Array, received: Uint8Array): Parsed<TunnelOpening | null> {
  const cursor = new Cursor(sent);
  cursor.take(1);
  const methods = cursor.vector(1);
  if (!cursor.ok) return sent[1] === 0 ? NO_MATCH : needMore();
  if (methods.length === 0) return NO_MATCH;
  const [version, choice] = received;
  if (version !== undefined && version !== VERSION) return NO_MATCH;
  if (choice === undefined) return needMore(cursor.remaining === 0 || version === VERSION ? 'socks' : null);
  if (choice !== NO_AUTHENTICATION && choice !== USER_PASSWORD) return done(null);
  if (choice === USER_PASSWORD) {
    if (cursor.remaining > 0 && cursor.uint(1) !== AUTHENTICATION_VERSION) return NO_MATCH;
    cursor.vector(1);
    cursor.vector(1);
  }
  const answerStart = choice === USER_PASSWORD ? 4 : 2;
  return readRequest(cursor, answerStart);
}

function readRequest(cursor: Cursor, answerStart: number): Parsed<TunnelOpening | null> {
  const version = cursor.uint(1);
  const command = cursor.uint(1);
  cursor.uint(1); // reserved
  const host = readHost(cursor);
  const port = cursor.uint(2);
  if (!cursor.ok) return needMore('socks');
  if (version !== VERSION || command < CONNECT || command > UDP_ASSOCIATE || host === null) return NO_MATCH;
  if (command !== CONNECT) return done(null);
  const answer = (received: Uint8Array) => parseAnswer(received, answerStart);
  return done({ target: formatTarget(host, port), length: cursor.position, answer });
}

/** Address type and address, RFC 1928 §5; null where they are none. */
function readHost(cursor: Cursor): string | null {
  const type = cursor.uint(1);
  if (type === IPV4) return addressText(cursor.take(4));
  if (type === IPV6) return addressText(cursor.take(16));
  return type === NAME ? parseHost(latin1(cursor.vector(1))) : null;
}

/** RFC 1928 §6, behind the choice of the method and the outcome of the authentication. */
function parseAnswer(received: Uint8Array, start: number): Parsed<ProxyAnswer> {
  const cursor = new Cursor(received);
  cursor.take(start);
  const version = cursor.uint(1);
  const reply = cursor.uint(1);
  if (!cursor.ok) return needMore();
  if (version !== VERSION) return NO_MATCH;
  if (reply !== 0) return done({ accepted: false, length: null });
  cursor.uint(1); // reserved
  const type = cursor.uint(1);
  if (cursor.ok && type !== IPV4 && type !== IPV6 && type !== NAME) return NO_MATCH;
  if (type === NAME) cursor.vector(1);
  else cursor.take(type === IPV6 ? 16 : 4);
  cursor.uint(2);
  return cursor.ok ? done({ accepted: true, length: cursor.position }) : needMore();
}
