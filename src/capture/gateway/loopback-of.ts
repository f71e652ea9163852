/** The address at which a loopback service of the host is looked for. */
export function loopbackOf(address: string): string {
  return address === '::' || address === '::1' ? '::1' : '127.0.0.1';
}
