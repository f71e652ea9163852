import ipaddr from 'ipaddr.js';

/** Ranges of ipaddr.js that no public name has reason to lead to (IANA special-purpose address registries). */
const PRIVATE: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'linkLocal',
  'uniqueLocal',
  'carrierGradeNat',
  'unspecified',
]);

/**
 * Whether an address belongs to this host or to a network of its owner: RFC 1918, RFC 4193, RFC 6598, RFC 3927, loopback
 * and `0.0.0.0/8`. IPv4 inside of IPv6 (RFC 4291 §2.5.5.2, RFC 6052, RFC 3056) counts as what it leads to.
 */
export function isPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (PRIVATE.has(parsed.range())) return true;
  if (parsed.kind() !== 'ipv6') return false;
  const bytes = parsed.toByteArray();
  const inside =
    parsed.range() === 'rfc6052' ? bytes.slice(12) : parsed.range() === '6to4' ? bytes.slice(2, 6) : null;
  return inside !== null && isPrivateAddress(inside.join('.'));
}
