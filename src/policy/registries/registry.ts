import { formatHost, parseHost } from '../host.js';

/** Where a package manager gets packages from. */
export interface Registry {
  /** Canonical. */
  readonly host: string;
  readonly port: number;
  readonly protocol: 'tls' | 'http';
}

/** Characters of an address, at most: longer ones are no registry's. */
const MAXIMUM_URL = 2048;

/** @param url As `npm config get registry` prints it; null for what is no address of a registry. */
export function parseRegistry(url: string): Registry | null {
  if (url.length > MAXIMUM_URL || !URL.canParse(url)) return null;
  const { protocol, hostname, port } = new URL(url);
  const host = parseHost(hostname);
  if (host === null || (protocol !== 'https:' && protocol !== 'http:')) return null;
  return protocol === 'https:'
    ? { host: formatHost(host), port: Number(port || 443), protocol: 'tls' }
    : { host: formatHost(host), port: Number(port || 80), protocol: 'http' };
}
