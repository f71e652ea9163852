/**
 * Whether a connection to the address stays on its own machine: loopback (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3), also
 * mapped into IPv6, and the unspecified address, which Linux takes for loopback in a connect.
 * @param address In the form that inet_ntop(3) writes
 */
export function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?(?:127\.|0\.0\.0\.0$)|^::1?$/.test(address);
}
