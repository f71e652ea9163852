/**
 * Names that have an address at the same time: below the name book's bound, so that whoever has an address also has
 * its name, and inside of the first half of the range, since the link may lie in the second.
 */
export const MAXIMUM_ADDRESSES = 32_768;

/** Gives each name an address of its own, so that a connection tells which name was meant, whatever it says itself. */
export interface NameAddresses {
  /**
   * From 198.18.0.0/15, which is for benchmarks and never routed on the internet (RFC 2544 §C.2.2). The same for the
   * same name, until so many others were asked for that the table is full: then a new name gets the address of the
   * one that was not asked for the longest, and a connection to it means the newer name.
   */
  addressOf(name: string): string;
}

export function createNameAddresses(): NameAddresses {
  /** Name → number of its address, the one that was not asked for the longest first. */
  const numbers = new Map<string, number>();
  const numberFor = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined || numbers.size < MAXIMUM_ADDRESSES) return known ?? numbers.size;
    const [[oldest, number] = ['', 0]] = numbers;
    numbers.delete(oldest);
    return number;
  };
  return {
    addressOf: (name) => {
      const number = numberFor(name);
      numbers.delete(name);
      numbers.set(name, number);
      // From 1: the first address of a network is nobody's.
      const at = number + 1;
      return `198.18.${Math.floor(at / 256)}.${at % 256}`;
    },
  };
}

/** Whether an address is of the range from which names get theirs. */
export function isGivenAddress(address: string): boolean {
  return /^198\.1[89]\./.test(address);
}
