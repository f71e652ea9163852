import { formatTarget } from './authority.js';
import { Cursor } from './cursor.js';
import { addressText, parseHost } from './host.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { latin1 } from './text.js';
import type { ProxyAnswer, TunnelOpening } from './tunnel-opening.js';

const CONNECT = 1;
const BIND = 2;
/** Version, command, port, address. */
const FIXED = 8;
/** User id and name end with a NUL and have no stated maximum: a name has at most 255 bytes, a user id is shorter. */
const MAX_TEXT = 255;
const REQUEST_GRANTED = 90;
const REPLY_CODES: readonly number[] = [REQUEST_GRANTED, 91, 92, 93];

/** SOCKS 4 and 4a (the documents of Ying-Da Lee): the request is the first thing that the client says. */
export function parseSocks4(sent: Uint8Array): Parsed<TunnelOpening | null> {
  const [, command, portHigh, portLow] = sent;
  if (command !== undefined && command !== CONNECT && command !== BIND) return NO_MATCH;
  const userId = readText(sent.subarray(FIXED));
  if (userId === null) return NO_MATCH;
  if (sent.length < FIXED || userId === 'open') return needMore();
  const address = sent.subarray(FIXED - 4, FIXED);
  let length = FIXED + userId.length + 1;
  let host = addressText(address);
  if (isNameFollows(address)) {
    const name = readText(sent.subarray(length));
    if (name === null) return NO_MATCH;
    if (name === 'open') return needMore();
    host = parseHost(name.text);
    length += name.length + 1;
  }
  const port = (portHigh ?? 0) * 256 + (portLow ?? 0);
  if (host === null || port === 0) return NO_MATCH;
  if (command === BIND) return done(null);
  return done({ target: formatTarget(host, port), length, answer: parseSocks4Answer });
}

/** 4a: an address 0.0.0.x, with x not zero, means that a name follows. */
function isNameFollows(address: Uint8Array): boolean {
  const [a, b, c, d] = address;
  return a === 0 && b === 0 && c === 0 && d !== 0;
}

/** Text up to a NUL; `open` where that has not come, null where it is no printable ASCII or too long. */
function readText(bytes: Uint8Array): { readonly text: string; readonly length: number } | 'open' | null {
  const window = bytes.subarray(0, MAX_TEXT + 1);
  const end = window.indexOf(0);
  const content = end === -1 ? window : window.subarray(0, end);
  if (!content.every((byte) => byte >= 0x20 && byte < 0x7f)) return null;
  if (end === -1) return window.length > MAX_TEXT ? null : 'open';
  return { text: latin1(content), length: content.length };
}

function parseSocks4Answer(received: Uint8Array): Parsed<ProxyAnswer> {
  const cursor = new Cursor(received);
  const version = cursor.uint(1);
  const code = cursor.uint(1);
  cursor.take(FIXED - 2);
  if (!cursor.ok) return needMore();
  if (version !== 0 || !REPLY_CODES.includes(code)) return NO_MATCH;
  return done(
    code === REQUEST_GRANTED ? { accepted: true, length: FIXED } : { accepted: false, length: null },
  );
}
