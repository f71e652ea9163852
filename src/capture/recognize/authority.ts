import { isIpv6 } from '../../model/ip.js';
import { parseHost } from './host.js';

export interface Authority {
  readonly host: string;
  /** 0 to 65535; null where none is given. */
  readonly port: number | null;
}

/** `[v6]` or anything without a colon, then perhaps a port, which may be empty (RFC 3986 §3.2). */
const SHAPE = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{0,5}))?$/;

/** `host`, `host:port`, `[v6]:port` (RFC 3986 §3.2 without userinfo); null where it is none of these. */
export function parseAuthority(text: string): Authority | null {
  const match = SHAPE.exec(text);
  if (match === null) return null;
  const [, bracketed, bare, digits] = match;
  if (bracketed !== undefined && !isIpv6(bracketed)) return null;
  const host = parseHost(bracketed ?? bare ?? '');
  const port = digits === undefined || digits === '' ? null : Number(digits);
  if (host === null || (port !== null && port > 65_535)) return null;
  return { host, port };
}

/** `host:port` with brackets around IPv6. */
export function formatTarget(host: string, port: number): string {
  return isIpv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
