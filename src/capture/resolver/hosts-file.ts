import { isIp } from '../../model/ip.js';
import { parseHost } from '../recognize/host.js';

/** /etc/hosts in both directions. */
export interface HostsTable {
  /** Addresses of a name (lower case, no trailing dot), in the file's order; empty where the file has no such name. */
  addressesOf(name: string): readonly string[];
  /** Names of an address, in the file's order. */
  namesOf(address: string): readonly string[];
}

/** Lines beyond this are ignored: nobody's hosts file is longer by honest means than some blocklists. */
const MAXIMUM_LINES = 500_000;

/** Parses hosts(5). Total: a line that makes no sense is passed over. */
export function parseHosts(text: string): HostsTable {
  const addresses = new Map<string, string[]>();
  const names = new Map<string, string[]>();
  for (const line of text.split('\n', MAXIMUM_LINES)) {
    const [first, ...rest] = line.replace(/#.*/, '').trim().split(/\s+/);
    const address = canonical(first ?? '');
    if (address === null) continue;
    for (const word of rest) {
      const name = word.toLowerCase().replace(/\.$/, '');
      add(addresses, name, address);
      add(names, address, name);
    }
  }
  return {
    addressesOf: (name) => addresses.get(name) ?? [],
    namesOf: (address) => names.get(address) ?? [],
  };
}

/** As flows have it (RFC 5952, IPv4-mapped as IPv4, no zone), whatever the file wrote; null for anything else. */
function canonical(word: string): string | null {
  const address = word.replace(/%.*/, '');
  return !isIp(address) ? null : parseHost(address);
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}
