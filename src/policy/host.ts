import { domainToASCII } from 'node:url';
import { isIpv6 } from '../model/ip.js';
import { type Address, formatAddress, parseIPv4, parseIPv6 } from './address.js';

/** What a destination is known by: a name as DNS has it, or an address. */
export type Host =
  /** Lower case, A-labels (RFC 5891), no trailing dot. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly address: Address; readonly zone: string | null };

/** RFC 1035 §2.3.4: 255 octets on the wire are 253 characters of text. */
const MAXIMUM_NAME = 253;
/**
 * Letters, digits and hyphens (RFC 1123 §2.1), and the underscore, which is no letter of a host name but resolves and is
 * used (RFC 8552); 1 to 63 in a label (RFC 1035 §2.3.4). DNS itself allows any octet (RFC 2181 §11), but not all readers
 * of such a name see the same in it: an escaped dot, a slash, an asterisk.
 */
const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;
/** What IDNA may decide over: letters of all scripts, and only these characters of ASCII. */
const FOREIGN = /^[a-z0-9_.\-\u0080-\u{10ffff}]+$/u;
/** A name that ends in a number is an IPv4 address or nothing (WHATWG URL §3.5, "ends in a number"). */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[\da-f]*)$/;
/** Interface names have at most 15 characters (IFNAMSIZ, netdevice(7)). */
const ZONE = /^[\w.-]{1,15}$/;

/**
 * A host in any spelling; null for what is none. `127.1`, `0x7f.1` and `2130706433` are addresses, IPv4-mapped IPv6
 * addresses (RFC 4291 §2.5.5.2) are IPv4 addresses; IPv6 may stand in brackets. Blanks around it are not forgiven.
 */
export function parseHost(text: string): Host | null {
  if (isPlainName(text)) return { kind: 'name', name: text };
  const lower = text.toLowerCase();
  if (lower.includes(':')) return parseIPv6Host(lower);
  const bare = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  const name = isAscii(bare) ? bare : foreignName(bare);
  if (name.length > MAXIMUM_NAME || !NAME.test(name)) return null;
  if (!NUMERIC_END.test(name)) return { kind: 'name', name };
  const address = parseIPv4(name) ?? parseIPv4(domainToASCII(name));
  return address === null ? null : { kind: 'address', address, zone: null };
}

/** The one spelling of a host: equal hosts are equal strings. IPv6 as in RFC 5952. */
export function formatHost(host: Host): string {
  switch (host.kind) {
    case 'name':
      return host.name;
    case 'address': {
      const text = formatAddress(host.address);
      return host.zone === null ? text : `${text}%${host.zone}`;
    }
  }
}

function parseIPv6Host(lower: string): Host | null {
  const inner = lower.startsWith('[') && lower.endsWith(']') ? lower.slice(1, -1) : lower;
  const percent = inner.indexOf('%');
  const zone = percent < 0 ? null : inner.slice(percent + 1);
  if (zone !== null && !ZONE.test(zone)) return null;
  const text = percent < 0 ? inner : inner.slice(0, percent);
  return isIpv6(text) ? { kind: 'address', address: parseIPv6(text), zone } : null;
}

/** A-labels of a name with other than ASCII characters; empty where it is no name. */
function foreignName(bare: string): string {
  // domainToASCII reads a URL's host: it would end at a slash, decode per cent and skip a tab.
  if (bare.length > MAXIMUM_NAME || !FOREIGN.test(bare)) return '';
  return domainToASCII(bare).replace(/\.$/, '');
}

const LONGEST_LABEL = 63;
const CODE = { DOT: 46, ZERO: 48, NINE: 57 } as const;
/** Which characters of ASCII `NAME` knows. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[a-z0-9_-]/.test(String.fromCharCode(code))),
);

/**
 * Whether a text is a name as it stands, as nearly all are: in one pass, since a decision has no time for more. False says
 * nothing; it is so for each that may be an address, whose last label begins with a digit.
 */
function isPlainName(text: string): boolean {
  if (text.length > MAXIMUM_NAME) return false;
  let first = 0;
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === CODE.DOT) {
      if (length === 0) return false;
      length = 0;
    } else if (PLAIN[code] === 1 && length < LONGEST_LABEL) {
      if (length === 0) first = code;
      length += 1;
    } else return false;
  }
  return length > 0 && (first < CODE.ZERO || first > CODE.NINE);
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false;
  return true;
}
