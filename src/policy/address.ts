import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address as numbers of 32 bits, the most significant first: one for IPv4, four for IPv6. */
export type Address = readonly [number] | readonly [number, number, number, number];

/** All addresses that share their first `length` bits; the bits after them are 0. */
export interface Prefix {
  readonly address: Address;
  /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly length: number;
}

/** Bits of the addresses of a family. */
export function bitsOf(address: Address): 32 | 128 {
  return address.length === 1 ? 32 : 128;
}

/** Four decimal numbers with dots (RFC 6943 §3.1.1, "strict"); null for anything else. */
export function parseIPv4(text: string): Address | null {
  if (!isIPv4(text)) return null;
  let value = 0;
  for (const part of text.split('.')) value = value * 256 + Number(part);
  return [value];
}

/**
 * An IPv4-mapped address (RFC 4291 §2.5.5.2) is an IPv4 address here.
 * @param text An address that `isIPv6` of node:net has admitted, without a zone
 */
export function parseIPv6(text: string): Address {
  const [left = '', right] = text.split('::');
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const all = [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  const word = (index: number): number => (all[index * 2] ?? 0) * 65_536 + (all[index * 2 + 1] ?? 0);
  return word(0) === 0 && word(1) === 0 && word(2) === 0xffff
    ? [word(3)]
    : [word(0), word(1), word(2), word(3)];
}

/** IPv4 with dots; IPv6 as RFC 5952 has it. */
export function formatAddress(address: Address): string {
  const bytes = address.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
  return address.length === 1 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** The address with all bits after the first `length` set to 0. */
export function maskAddress(address: Address, length: number): Address {
  const mask = (word: number, index: number): number => {
    const kept = length - index * 32;
    return kept >= 32 ? word : kept <= 0 ? 0 : (word & (-1 << (32 - kept))) >>> 0;
  };
  if (address.length === 1) return [mask(address[0], 0)];
  return [mask(address[0], 0), mask(address[1], 1), mask(address[2], 2), mask(address[3], 3)];
}

/** Whether an address is one of a prefix's; one of the other family never is. */
export function isWithin(address: Address, { address: first, length }: Prefix): boolean {
  if (address.length !== first.length) return false;
  return address.every((word, index) => {
    const kept = Math.min(32, length - index * 32);
    return kept <= 0 || (word ^ (first[index] ?? 0)) >>> (32 - kept) === 0;
  });
}

/** Groups of 16 bits of one side of `::`; a dotted end is two of them (RFC 4291 §2.2). */
function groups(side: string): number[] {
  if (side === '') return [];
  return side.split(':').flatMap((group) => {
    const [word] = group.includes('.') ? (parseIPv4(group) ?? []) : [];
    return word === undefined ? [Number.parseInt(group, 16)] : [word >>> 16, word & 0xffff];
  });
}
