import { isIPv4 } from 'node:net';

/** Longest text of an IPv6 address: eight groups of which two are written as IPv4, with seven delimiters (INET6_ADDRSTRLEN). */
const ADDRESS = /^[0-9a-f:.]{2,45}$/i;
const ZONE = /^[0-9a-z.:-]+$/i;

/**
 * Whether the text is an IPv6 address, with a zone or without: what `isIPv6` of node:net says. That one's regular
 * expression takes 15 ms to compile (Node 20), which every start would pay; the parser of URLs is there already
 * (WHATWG URL §3.5).
 */
export function isIpv6(text: string): boolean {
  if (!text.includes(':')) return false;
  const end = text.indexOf('%');
  const address = end < 0 ? text : text.slice(0, end);
  if (end >= 0 && !ZONE.test(text.slice(end + 1))) return false;
  return ADDRESS.test(address) && URL.canParse(`http://[${address}]/`);
}

/** Whether the text is an address of either family, as `isIP` of node:net has it. */
export function isIp(text: string): boolean {
  return isIPv4(text) || isIpv6(text);
}
