import { rangeOf } from '../address.js';
import { parseHost } from '../host.js';
import { hostSet } from '../host-set.js';
import { PRIVATE_SUFFIXES } from './lists/private-names.js';

/** Networks that are not the public one, and what to call them. */
const RANGES: Readonly<Record<string, string>> = {
  private: 'a private address (RFC 1918)',
  uniqueLocal: 'a private address (RFC 4193)',
  linkLocal: 'a link-local address',
  carrierGradeNat: "an address of a carrier's network (RFC 6598)",
  loopback: 'a loopback address',
};

/** What an address is, where it is of no public network; null for public ones and for what is no address. Any spelling. */
export function privateKind(address: string): { readonly isLoopback: boolean; readonly text: string } | null {
  const host = parseHost(address);
  if (host?.kind !== 'address') return null;
  const range = rangeOf(host.address);
  const text = RANGES[range];
  return text === undefined ? null : { isLoopback: range === 'loopback', text };
}

const BELOW_PRIVATE = hostSet(PRIVATE_SUFFIXES.map((suffix) => `*.${suffix}`));

/** Whether a name is one of no public tree: see `PRIVATE_SUFFIXES`; also a name of a single label. */
export function isPrivateName(host: string): boolean {
  return !host.includes('.') || BELOW_PRIVATE.has(host);
}
