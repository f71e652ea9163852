import type { Side } from './flow-table.js';

/** Sides that are found again at once: more than a build has open connections, in a few kilobytes. */
const SLOTS = 256;
/** Bytes that are compared at once. */
const WORD = 4;

interface Slot<Flow> {
  /** Addresses and ports of the side, as they stand in its packets. */
  readonly ends: readonly number[];
  readonly side: Side<Flow>;
  readonly generation: number;
}

/** The sides that have sent last, by the bytes of their packets: no key is made to find one. */
export class RecentSides<Flow> {
  readonly #slots: (Slot<Flow> | undefined)[] = new Array(SLOTS).fill(undefined);
  /** What was kept before the present one counts no more. */
  #generation = 0;

  /** @param at Where addresses and ports stand; @param length Bytes of them: 12, or 36 for IPv6 */
  find(view: DataView, at: number, length: number): Side<Flow> | undefined {
    const slot = this.#slots[slotOf(view, at, length)];
    if (slot === undefined || slot.generation !== this.#generation) return undefined;
    const { ends } = slot;
    if (ends.length * WORD !== length) return undefined;
    for (let index = 0; index < ends.length; index += 1) {
      if (ends[index] !== view.getInt32(at + index * WORD)) return undefined;
    }
    return slot.side;
  }

  keep(view: DataView, at: number, length: number, side: Side<Flow>): void {
    const ends: number[] = [];
    for (let offset = 0; offset < length; offset += WORD) ends.push(view.getInt32(at + offset));
    this.#slots[slotOf(view, at, length)] = { ends, side, generation: this.#generation };
  }

  /** The same ends may be another flow's from now on. */
  forget(): void {
    this.#generation += 1;
  }
}

/** By the ports, which tell the connections of one machine apart, and the last bytes of both addresses. */
function slotOf(view: DataView, at: number, length: number): number {
  const ports = at + length - WORD;
  const source = view.getUint16(ports);
  const destination = view.getUint16(ports + 2);
  return (source ^ (destination << 1) ^ view.getUint8(ports - 1)) & (SLOTS - 1);
}
