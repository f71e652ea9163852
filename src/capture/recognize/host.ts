import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isIpv6 } from '../../model/ip.js';

/** RFC 1035 §2.3.4: 255 octets on the wire are 253 characters of text. */
const MAX_NAME = 253;
/**
 * RFC 1123 §2.1: letters, digits, inner hyphens, 1 to 63 of them (RFC 1035 §2.3.4). The underscore is no host
 * name's, but names with it resolve and are used.
 */
const NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.(?!$)|$))+$/;
/** A host whose last label is a number is an address or nothing (WHATWG URL §3.5): `127.1` is not a name. */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/**
 * A claimed host name in lower case without its trailing dot; null where it is not one (an address, a control
 * character, a bad label, too long).
 */
export function parseHostName(text: string): string | null {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  return name.length <= MAX_NAME && NAME.test(name) && !NUMERIC_END.test(name) ? name : null;
}

/**
 * As `parseHostName`, or an address without brackets: canonical, IPv4-mapped IPv6 as IPv4, no zone.
 *
 * The policy's own `parseHost` reads more: what people write into rules (`127.1`, U-labels, brackets), and all names that
 * resolve (`-x.example`). A claim in such a spelling is none here, and what claims nothing is not allowed; what is a host
 * here is the same one there.
 */
export function parseHost(text: string): string | null {
  if (isIPv4(text)) return text;
  if (!isIpv6(text) || text.includes('%')) return parseHostName(text);
  // In hexadecimal: of dotted ends ipaddr.js takes also `::198.51.100.7` for IPv4, which it is not (RFC 4291 §2.5.5.1).
  const { hostname } = new URL(`http://[${text}]`);
  return canonicalIPv6(ipaddr.IPv6.parse(hostname.slice(1, -1)));
}

/** Canonical text of an address of 4 or 16 bytes; null for any other length. */
export function addressText(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return bytes.join('.');
  return bytes.length === 16 ? canonicalIPv6(new ipaddr.IPv6([...bytes])) : null;
}

function canonicalIPv6(address: ipaddr.IPv6): string {
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}
