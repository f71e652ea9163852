import { isWithin, type Prefix } from '../address.js';
import { parseHost } from '../host.js';
import { hostSet } from '../host-set.js';
import { PRIVATE_SUFFIXES } from './lists/private-names.js';

export interface AddressKind {
  readonly isLoopback: boolean;
  /** For a person. */
  readonly text: string;
}

const PRIVATE = kind('a private address (RFC 1918)');
const LINK_LOCAL = kind('a link-local address');
const LOOPBACK = { ...kind('a loopback address'), isLoopback: true };

/** Networks that are not the public one. */
const RANGES: readonly (readonly [Prefix, AddressKind])[] = [
  [{ address: [0x0a00_0000], length: 8 }, PRIVATE],
  [{ address: [0xac10_0000], length: 12 }, PRIVATE],
  [{ address: [0xc0a8_0000], length: 16 }, PRIVATE],
  [{ address: [0xa9fe_0000], length: 16 }, LINK_LOCAL], // RFC 3927
  [{ address: [0x6440_0000], length: 10 }, kind("an address of a carrier's network (RFC 6598)")],
  [{ address: [0x7f00_0000], length: 8 }, LOOPBACK], // RFC 1122 §3.2.1.3
  [{ address: [0xfc00_0000, 0, 0, 0], length: 7 }, kind('a private address (RFC 4193)')],
  [{ address: [0xfe80_0000, 0, 0, 0], length: 10 }, LINK_LOCAL], // RFC 4291 §2.5.6
  [{ address: [0, 0, 0, 1], length: 128 }, LOOPBACK], // RFC 4291 §2.5.3
];

/**
 * What an address is, in any spelling and with any zone, where it is of no public network; null for public ones and for
 * what is no address.
 */
export function privateKind(address: string): AddressKind | null {
  const host = parseHost(address.replace(/%.*/s, ''));
  if (host?.kind !== 'address') return null;
  return RANGES.find(([prefix]) => isWithin(host.address, prefix))?.[1] ?? null;
}

function kind(text: string): AddressKind {
  return { isLoopback: false, text };
}

const BELOW_PRIVATE = hostSet(PRIVATE_SUFFIXES.map((suffix) => `*.${suffix}`));

/** Whether a name is one of no public tree: see `PRIVATE_SUFFIXES`; also a name of a single label. */
export function isPrivateName(host: string): boolean {
  return !host.includes('.') || BELOW_PRIVATE.has(host);
}
