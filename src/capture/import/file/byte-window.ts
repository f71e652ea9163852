import { MAXIMUM_PACKET } from './captured-packet.js';

/** Reads the next bytes of a file into a buffer and returns their number, 0 at the end. */
export type ReadBytes = (into: Uint8Array) => number;

/** The largest packet with all that its format writes around it: no caller may ask for more at once. */
export const MAXIMUM_HELD = MAXIMUM_PACKET + 65_536;
/** Bytes read at once: enough for few system calls, and little enough to stay in the processor's cache. */
const READ = 131_072;

/** Goes through a file once, with a few of its bytes in memory: never more than `MAXIMUM_HELD`, whatever it claims. */
export class ByteWindow {
  readonly #read: ReadBytes;
  /** All memory: what is held lies from `start` to `end`, until the next call of `ensure` or `skip`. */
  readonly memory: Buffer;
  /** The same, to read numbers from. */
  readonly view = new DataView(new ArrayBuffer(MAXIMUM_HELD));
  #start = 0;
  #end = 0;
  #passed = 0;

  constructor(read: ReadBytes) {
    this.#read = read;
    this.memory = Buffer.from(this.view.buffer);
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** Bytes from the file's beginning to the position. */
  get offset(): number {
    return this.#passed + this.#start;
  }

  /** What is in memory from the position on; holds until the next call of `ensure` or `skip`. */
  get held(): Buffer {
    return this.memory.subarray(this.#start, this.#end);
  }

  /** Reads on until `count` bytes (at most `MAXIMUM_HELD`) are held. False where the file ends before. */
  ensure(count: number): boolean {
    while (this.#end - this.#start < count) {
      if (this.#start > 0) this.#compact();
      const room = this.memory.subarray(this.#end, Math.min(this.memory.length, this.#end + READ));
      const length = room.length === 0 ? 0 : this.#read(room);
      if (length === 0) return false;
      this.#end += length;
    }
    return true;
  }

  /** Moves the position over bytes that are held. */
  advance(count: number): void {
    this.#start = Math.min(this.#end, this.#start + count);
  }

  /** Moves the position over any number of bytes without holding them. False where the file ends before. */
  skip(count: number): boolean {
    let left = count;
    while (left > 0) {
      if (!this.ensure(1)) return false;
      const step = Math.min(left, this.#end - this.#start);
      this.advance(step);
      left -= step;
    }
    return true;
  }

  #compact(): void {
    this.memory.copyWithin(0, this.#start, this.#end);
    this.#passed += this.#start;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
