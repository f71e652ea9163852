import { randomBytes } from '../../model/random.js';
import { type Bucket, joinBuckets } from './bucket.js';

/**
 * Names → numbers of rules, found for a name and for all that it lies below in one pass from its end. A Map would need
 * a substring, a hash of its own and several distant reads for each of them: with a million names that is most of what
 * a decision costs.
 */
export interface NameTable {
  /** @param kind `below` covers all names below the name, and not the name itself. */
  add(kind: 'name' | 'below', name: string, number: number): void;
  /** Gives each bucket that covers the name to `look`. */
  covering(name: string, look: (bucket: Bucket) => void): void;
}

const DOT = 46;

export function createNameTable(): NameTable {
  // Whoever writes a list can't know which names will share a slot.
  const seed = randomBytes(4).readInt32LE();
  const exact = createSlots();
  const below = createSlots();
  /** Labels of the longest name in `below`: a question's name may have many more. */
  let deepest = 0;
  return {
    add: (kind, name, number) => {
      let hash = seed;
      let labels = 1;
      for (let index = name.length - 1; index >= 0; index -= 1) {
        const code = name.charCodeAt(index);
        if (code === DOT) labels += 1;
        hash = mix(hash, code);
      }
      if (kind === 'below') deepest = Math.max(deepest, labels);
      (kind === 'name' ? exact : below).add(name, hash, number);
    },
    covering: (name, look) => {
      let hash = seed;
      let labels = 0;
      for (let index = name.length - 1; index >= 0; index -= 1) {
        const code = name.charCodeAt(index);
        if (code === DOT) {
          labels += 1;
          const bucket = labels > deepest ? undefined : below.find(name, index + 1, hash);
          if (bucket !== undefined) look(bucket);
        }
        hash = mix(hash, code);
      }
      const bucket = exact.find(name, 0, hash);
      if (bucket !== undefined) look(bucket);
    },
  };
}

/** A step of FNV-1a. */
function mix(hash: number, code: number): number {
  return Math.imul(hash ^ code, 16_777_619);
}

interface Slots {
  add(name: string, hash: number, number: number): void;
  /** What is kept for the end of the name that begins at `start`. */
  find(name: string, start: number, hash: number): Bucket | undefined;
}

/** Slots at first, and at least twice as many as names: so few names share a slot that a walk is short. */
const FIRST_SLOTS = 64;

/**
 * A hash table with linear probing. A slot is two numbers side by side, so that one read of memory tells most names
 * apart: a hash, and the place of its name plus 1, or 0 where there is none.
 */
function createSlots(): Slots {
  const names: string[] = [];
  const buckets: Bucket[] = [];
  let slots = new Int32Array(FIRST_SLOTS * 2);

  const first = (hash: number): number => ((hash ^ (hash >>> 15)) * 2) & (slots.length - 1);
  const next = (slot: number): number => (slot + 2) & (slots.length - 1);

  const placeOf = (name: string, start: number, hash: number): number => {
    for (let slot = first(hash); ; slot = next(slot)) {
      const place = (slots[slot + 1] ?? 0) - 1;
      if (place < 0) return -1;
      if (slots[slot] !== hash) continue;
      const known = names[place] ?? '';
      if (known.length === name.length - start && name.endsWith(known)) return place;
    }
  };
  const take = (hash: number, taken: number): void => {
    let slot = first(hash);
    while (slots[slot + 1] !== 0) slot = next(slot);
    slots[slot] = hash;
    slots[slot + 1] = taken;
  };
  const grow = (): void => {
    const before = slots;
    slots = new Int32Array(before.length * 2);
    for (let slot = 0; slot < before.length; slot += 2) {
      const taken = before[slot + 1] ?? 0;
      if (taken !== 0) take(before[slot] ?? 0, taken);
    }
  };

  return {
    add: (name, hash, number) => {
      const known = placeOf(name, 0, hash);
      if (known >= 0) {
        buckets[known] = joinBuckets(buckets[known], number);
        return;
      }
      names.push(name);
      buckets.push(number);
      if (names.length * 4 > slots.length) grow();
      take(hash, names.length);
    },
    find: (name, start, hash) => {
      const place = placeOf(name, start, hash);
      return place < 0 ? undefined : buckets[place];
    },
  };
}
