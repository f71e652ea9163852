import { isIP } from 'node:net';
import { canonicalAddress } from '../gateway/canonical-address.js';

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
    if (first === undefined || isIP(first.replace(/%.*/, '')) === 0) continue;
    const address = canonicalAddress(first);
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

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}
