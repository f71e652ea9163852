import { formatHost, parseHost } from './host.js';

/** One spelling of each host, so that equal hosts are equal strings (see `parseHost`). What is no host stays as it is. */
export function canonicalHost(host: string): string {
  const parsed = parseHost(host);
  return parsed === null ? host : formatHost(parsed);
}

/** Whether the host is a bare address, by whatever spelling. */
export function isAddress(host: string): boolean {
  return parseHost(host)?.kind === 'address';
}
