import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

/**
 * One spelling of each host, so that equal hosts are equal strings: lower case, no trailing dot, IDNA as A-labels
 * (RFC 5891), IPv6 as RFC 5952 has it, IPv4-mapped addresses (RFC 4291 §2.5.5.2) as IPv4. What is neither stays as it is.
 */
export function canonicalHost(host: string): string {
  const bare = host
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  const [address = '', zone] = bare.split('%');
  if (isIP(address) !== 0) {
    const text = ipaddr.process(address).toString();
    return zone === undefined ? text : `${text}%${zone}`;
  }
  // An underscore (RFC 8552) is no letter of a host name, and domainToASCII must not decide over it.
  if (/^[\x21-\x7e]*$/.test(bare)) return bare;
  return domainToASCII(bare) || bare;
}

/** Whether the host is a bare address, by whatever spelling. */
export function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[(.*)\]$/, '$1').replace(/%.*/, '')) !== 0;
}
