/**
 * Whether a datagram goes to more than one host: multicast (RFC 5771, RFC 4291 §2.7) or the limited broadcast address
 * (RFC 919). There is nobody behind the gateway whom it could be relayed to.
 */
export function isGroupAddress(address: string): boolean {
  if (address.includes(':')) return address.toLowerCase().startsWith('ff');
  const first = Number.parseInt(address, 10);
  return (first >= 224 && first <= 239) || address === '255.255.255.255';
}
