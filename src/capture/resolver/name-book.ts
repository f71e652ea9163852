import { createOldestKey } from '../oldest-key.js';

/** Names remembered of one address, newest first. */
const NAMES_OF_ADDRESS = 16;
/** Addresses remembered; beyond that the least recently answered one is forgotten. */
const ADDRESSES = 50_000;

/** Which names were answered with an address. */
export interface NameBook {
  add(name: string, addresses: readonly string[]): void;
  namesOf(address: string): readonly string[];
}

export function createNameBook(): NameBook {
  const names = new Map<string, readonly string[]>();
  const oldestKey = createOldestKey(names);
  return {
    add: (name, addresses) => {
      for (const address of addresses) {
        const known = names.get(address) ?? [];
        names.delete(address);
        names.set(address, known[0] === name ? known : newestFirst(name, known));
        if (names.size > ADDRESSES) {
          const oldest = oldestKey();
          if (oldest !== undefined) names.delete(oldest);
        }
      }
    },
    namesOf: (address) => names.get(address) ?? [],
  };
}

function newestFirst(name: string, known: readonly string[]): readonly string[] {
  return [name, ...known.filter((other) => other !== name)].slice(0, NAMES_OF_ADDRESS);
}
