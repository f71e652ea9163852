interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Bytes of a stream that came out of order. Of those that came twice the first ones count, whatever came later. */
export class SparseBytes {
  readonly #maximumBytes: number;
  readonly #maximumPieces: number;
  /** In order, without overlap. */
  #pieces: Piece[] = [];
  #held = 0;

  /** @param maximum Bytes, and pieces, that are kept at most */
  constructor(maximum: { readonly bytes: number; readonly pieces: number }) {
    this.#maximumBytes = maximum.bytes;
    this.#maximumPieces = maximum.pieces;
  }

  /** Bytes that are kept. */
  get held(): number {
    return this.#held;
  }

  /** Keeps a copy of what is new of the bytes at a position (0 or more). False where it would be more than the maximum. */
  insert(start: number, bytes: Uint8Array): boolean {
    const end = start + bytes.length;
    const pieces: Piece[] = [];
    let at = start;
    let added = 0;
    const add = (until: number): void => {
      if (until <= at) return;
      pieces.push({ start: at, bytes: Uint8Array.from(bytes.subarray(at - start, until - start)) });
      added += until - at;
    };
    for (const piece of this.#pieces) {
      add(Math.min(end, piece.start));
      pieces.push(piece);
      at = Math.max(at, piece.start + piece.bytes.length);
    }
    add(end);
    if (this.#held + added > this.#maximumBytes || pieces.length > this.#maximumPieces) return false;
    this.#pieces = pieces;
    this.#held += added;
    return true;
  }

  /** Takes out the bytes at a position, as far as they go on without a gap, and lets go of all before it. */
  take(position: number): Uint8Array | null {
    for (;;) {
      const [piece] = this.#pieces;
      if (piece === undefined || piece.start > position) return null;
      this.#pieces.shift();
      this.#held -= piece.bytes.length;
      const rest = piece.bytes.subarray(position - piece.start);
      if (rest.length > 0) return rest;
    }
  }

  /** Bytes that are missing at a position before those that are kept; infinite where none follow. */
  missingAt(position: number): number {
    const next = this.#pieces.find((piece) => piece.start + piece.bytes.length > position);
    return next === undefined ? Number.POSITIVE_INFINITY : Math.max(0, next.start - position);
  }

  /** The first `length` bytes; null while some of them are missing. */
  whole(length: number): Uint8Array | null {
    if (this.#held < length) return null;
    const whole = new Uint8Array(length);
    let at = 0;
    for (const { start, bytes } of this.#pieces) {
      if (at >= length || start !== at) break;
      whole.set(bytes.subarray(0, length - at), at);
      at += bytes.length;
    }
    return at >= length ? whole : null;
  }

  clear(): void {
    this.#pieces = [];
    this.#held = 0;
  }
}
