import { bitsOf, formatAddress, maskAddress, type Prefix } from '../address.js';
import { parseHost } from '../host.js';

/** What the host of a rule covers. */
export type HostPattern =
  | { readonly kind: 'all' }
  | { readonly kind: 'name'; readonly name: string }
  /** All names below the name, at any depth, and not the name itself. */
  | { readonly kind: 'below'; readonly name: string }
  /** A single address is a range of its own. */
  | { readonly kind: 'range'; readonly prefix: Prefix };

/**
 * Reads the host of a rule: `*`, `*.x`, a name, an address, or a range in CIDR form (RFC 4632 §3.1, RFC 4291 §2.3),
 * whose bits beyond the prefix are not looked at. A range of IPv4-mapped addresses is one of IPv4. Null for what is
 * none of these.
 */
export function parseHostPattern(text: string): HostPattern | null {
  if (text === '*') return { kind: 'all' };
  const slash = text.indexOf('/');
  if (slash >= 0) return parseRange(text.slice(0, slash), text.slice(slash + 1));
  const isBelow = text.startsWith('*.');
  const host = parseHost(isBelow ? text.slice(2) : text);
  if (host === null) return null;
  if (host.kind === 'name') return { kind: isBelow ? 'below' : 'name', name: host.name };
  return isBelow ? null : range(host.address, bitsOf(host.address));
}

/** The one spelling of a pattern: patterns that cover the same are equal strings. */
export function formatHostPattern(pattern: HostPattern): string {
  switch (pattern.kind) {
    case 'all':
      return '*';
    case 'name':
      return pattern.name;
    case 'below':
      return `*.${pattern.name}`;
    case 'range': {
      const { address, length } = pattern.prefix;
      const text = formatAddress(address);
      return length === bitsOf(address) ? text : `${text}/${length}`;
    }
  }
}

function parseRange(base: string, digits: string): HostPattern | null {
  const host = parseHost(base);
  if (host?.kind !== 'address' || !/^\d{1,3}$/.test(digits)) return null;
  const isMapped = base.includes(':') && host.address.length === 1;
  const length = Number(digits) - (isMapped ? 96 : 0);
  return length >= 0 && length <= bitsOf(host.address) ? range(host.address, length) : null;
}

function range(address: Prefix['address'], length: number): HostPattern {
  return { kind: 'range', prefix: { address: maskAddress(address, length), length } };
}
