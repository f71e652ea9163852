import { type Child, h } from './markup.js';
import type { PageDestination } from './page-data.js';

/** Characters of a name where there is little room; the whole name stands in the details. */
const SHORT = 48;

/** `x.example:443`, `[2001:db8::1]:443`, or the host alone where it was only looked up. */
export function placeOf({ host, port }: Pick<PageDestination, 'host' | 'port'>): string {
  if (port === null) return host;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Keeps the end, which is the part of a host name that somebody has registered. */
export function shortHost(host: string, most = SHORT): string {
  return host.length <= most ? host : `…${host.slice(1 - most)}`;
}

/** Keeps the beginning of any other text. */
export function shortText(text: string, most = SHORT): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Messages put names between backticks. */
export function inCode(text: string): Child {
  return text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));
}
