import type { RequestEvent } from '../model/event.js';
import { asciiText, plainText } from './plain-text.js';
import { bytesText, countText } from './quantity.js';
import { keepStart } from './width.js';

/** What of a request a person reads. */
export type RequestFacts = Pick<
  RequestEvent,
  'host' | 'port' | 'protocol' | 'method' | 'path' | 'status' | 'bodyBytes' | 'body'
>;

/** Different requests that are shown; the rest is counted. */
const SHOWN = 20;
/** Characters of a body that are shown. */
const BODY = 200;

/** One line for equal requests, in the order in which the first of each came: `2 x POST https://x.example/a  6 B: body`. */
export function requestLines(requests: readonly RequestFacts[], width: number): string[] {
  const groups = new Map<string, { readonly first: RequestFacts; count: number }>();
  for (const request of requests) {
    const { host, port, protocol, method, path, status, bodyBytes, body } = request;
    const key = JSON.stringify([host, port, protocol, method, path, status, bodyBytes, body]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: request, count: 1 });
    else group.count += 1;
  }
  const lines = [...groups.values()].slice(0, SHOWN).map(({ first, count }) => {
    return keepStart(`${count === 1 ? '' : `${count} x `}${requestText(first)}`, width);
  });
  const more = groups.size - lines.length;
  return more === 0 ? lines : [...lines, `and ${countText(more, 'other request')}`];
}

function requestText(request: RequestFacts): string {
  const { method, status, bodyBytes, body } = request;
  const answered = status === 200 ? '' : status === 0 ? '  not answered' : `  ${status}`;
  const sent = bodyBytes === 0 ? '' : `  ${bytesText(bodyBytes)}`;
  const text = body === null || body === '' ? '' : `: ${plainText(body.slice(0, BODY))}`;
  return `${plainText(method)} ${requestTarget(request)}${answered}${sent}${text}`;
}

/** `https://x.example/a`; of a CONNECT its target, which is all of such a request. */
export function requestTarget({
  host,
  port,
  protocol,
  method,
  path,
}: Pick<RequestFacts, 'host' | 'port' | 'protocol' | 'method' | 'path'>): string {
  if (method === 'CONNECT') return plainText(path);
  const usual = protocol === 'tls' ? 443 : 80;
  const authority = `${host.includes(':') ? `[${asciiText(host)}]` : asciiText(host)}${port === usual ? '' : `:${port}`}`;
  return `${protocol === 'tls' ? 'https' : 'http'}://${authority}${plainText(path)}`;
}
