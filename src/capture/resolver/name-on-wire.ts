/*
 * Names as DNS messages carry them (RFC 1035 §3.1, §4.1.4). Both functions are total: bytes that make no sense give null.
 */

/** RFC 1035 §2.3.4: octets of a name on the wire. */
const MAXIMUM_NAME = 255;
/** A chain of compression pointers longer than this is a loop or an attack. */
const MAXIMUM_POINTERS = 32;
const POINTER = 0xc0;
/** 0x40 and 0x80 are reserved (RFC 6891 §5 for the first). */
const MAXIMUM_LABEL = 0x3f;

const DOT = 0x2e;
const BACKSLASH = 0x5c;
const BLANK = 0x20;
const DELETE = 0x7f;
const ZERO = 0x30;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const TO_LOWER = 0x20;

/** The presentation form of the name that is being read: each octet becomes four characters at most. */
const text = Buffer.alloc(4 * MAXIMUM_NAME);

/**
 * Reads a name at `offset`; `next` is the offset behind it in the message.
 * `name` is its presentation form: lower case, no trailing dot, odd bytes as `\DDD` (RFC 1035 §5.1). A dot or backslash
 * inside a label is escaped, so that no label can pretend to be two.
 */
export function readName(
  message: Buffer,
  offset: number,
): { readonly name: string; readonly next: number } | null {
  let at = offset;
  let next = -1;
  let octets = 0;
  let length = 0;
  for (let pointers = 0; ; ) {
    const label = message[at];
    if (label === undefined) return null;
    if (label >= POINTER) {
      const low = message[at + 1];
      pointers += 1;
      if (low === undefined || pointers > MAXIMUM_POINTERS) return null;
      if (next < 0) next = at + 2;
      at = ((label & MAXIMUM_LABEL) << 8) | low;
      continue;
    }
    const end = at + 1 + label;
    if (label > MAXIMUM_LABEL || end > message.length) return null;
    octets += label + 1;
    if (octets > MAXIMUM_NAME) return null;
    if (label === 0) return { name: text.toString('latin1', 0, length), next: next < 0 ? end : next };
    if (length > 0) text[length++] = DOT;
    length = writeLabel(message, at + 1, end, length);
    at = end;
  }
}

/**
 * The offset behind the name at `offset`; null where there is none. Of its own bytes alone: whether what its pointers lead to
 * is a name makes no difference to what comes behind it.
 */
export function skipName(message: Buffer, offset: number): number | null {
  for (let at = offset; ; ) {
    const label = message[at];
    if (label === undefined) return null;
    if (label >= POINTER) return at + 2 > message.length ? null : at + 2;
    if (label > MAXIMUM_LABEL) return null;
    at += 1 + label;
    if (label === 0) return at;
  }
}

/** Writes one label's presentation form into `text`; returns where it ends there. */
function writeLabel(message: Buffer, start: number, end: number, into: number): number {
  let to = into;
  for (let at = start; at < end; at += 1) {
    const byte = message[at] ?? 0;
    if (byte === DOT || byte === BACKSLASH) {
      text[to++] = BACKSLASH;
      text[to++] = byte;
    } else if (byte > BLANK && byte < DELETE) {
      text[to++] = byte >= UPPER_A && byte <= UPPER_Z ? byte + TO_LOWER : byte;
    } else {
      text[to++] = BACKSLASH;
      text[to++] = ZERO + Math.floor(byte / 100);
      text[to++] = ZERO + (Math.floor(byte / 10) % 10);
      text[to++] = ZERO + (byte % 10);
    }
  }
  return to;
}
