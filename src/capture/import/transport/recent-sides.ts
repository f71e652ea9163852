import type { Side } from './flow-table.js';

/** Sides that are found again at once: more than a build has open connections, in a few kilobytes. */
const SLOTS = 256;

interface Slot<Flow> {
  /** Addresses and ports of the side, as they stand in its packets. */
  readonly ends: Buffer;
  readonly side: Side<Flow>;
}

/** The sides that have sent last, by the bytes of their packets: no key is made to find one. */
export class RecentSides<Flow> {
  readonly #slots: (Slot<Flow> | undefined)[] = new Array(SLOTS).fill(undefined);

  /** @param at Where addresses and ports stand; @param length Bytes of them: 12, or 36 for IPv6 */
  find(bytes: Buffer, at: number, length: number): Side<Flow> | undefined {
    const slot = this.#slots[slotOf(bytes, at, length)];
    if (slot === undefined || slot.ends.length !== length) return undefined;
    for (let offset = 0; offset < length; offset += 4) {
      if (slot.ends.readInt32LE(offset) !== bytes.readInt32LE(at + offset)) return undefined;
    }
    return slot.side;
  }

  keep(bytes: Buffer, at: number, length: number, side: Side<Flow>): void {
    this.#slots[slotOf(bytes, at, length)] = { ends: Buffer.from(bytes.subarray(at, at + length)), side };
  }

  /** The same ends may be another flow's from now on. */
  forget(): void {
    this.#slots.fill(undefined);
  }
}

/** By the ports, which tell the connections of one machine apart, and the last bytes of both addresses. */
function slotOf(bytes: Buffer, at: number, length: number): number {
  const ports = at + length - 4;
  const source = bytes.readUInt16BE(ports);
  const destination = bytes.readUInt16BE(ports + 2);
  return (source ^ (destination << 1) ^ (bytes[ports - 1] ?? 0)) & (SLOTS - 1);
}
