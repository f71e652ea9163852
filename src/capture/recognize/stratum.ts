import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';

const OPENING_BRACE = 0x7b;
const LINE_FEED = 0x0a;
/** A login with its list of algorithms is below 1 KiB. */
const MAX_LINE = 4096;
/** Methods that only miners use: Stratum V1 and its dialect for ethash pools. */
const METHODS: ReadonlySet<unknown> = new Set([
  'mining.authorize',
  'mining.configure',
  'mining.subscribe',
  'eth_submitLogin',
]);

/** The first line of a mining client's JSON-RPC. `login`, of CryptoNote pools, counts with its `jsonrpc` member. */
export function parseStratum(bytes: Uint8Array): Parsed<'stratum'> {
  if (bytes.length > 0 && bytes[0] !== OPENING_BRACE) return NO_MATCH;
  const window = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_LINE));
  const end = window.indexOf(LINE_FEED);
  if (end === -1) return window.length < MAX_LINE ? needMore() : NO_MATCH;
  return isMinersRequest(window.toString('utf8', 0, end)) ? done('stratum') : NO_MATCH;
}

function isMinersRequest(line: string): boolean {
  const request = parseJson(line);
  if (typeof request !== 'object' || request === null || !('method' in request)) return false;
  return METHODS.has(request.method) || (request.method === 'login' && 'jsonrpc' in request);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
