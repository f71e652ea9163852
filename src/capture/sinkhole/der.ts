/*
 * Values in DER (ITU-T X.690 §10), as far as a certificate needs them. Written only, never read: nothing here sees a
 * stranger's bytes.
 */
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

/** Tag, length in its shortest form (§10.1), content. */
function value(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | octets.length), octets, content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return value(SEQUENCE, Buffer.concat(parts));
}

/** A set of one: several would have to be sorted (§11.6). */
export function setOf(part: Uint8Array): Buffer {
  return value(SET, part);
}

export function boolean(is: boolean): Buffer {
  return value(BOOLEAN, Buffer.of(is ? 0xff : 0));
}

/** A number that is not negative, as its big-endian bytes. */
export function integer(magnitude: Uint8Array): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Buffer.of(0) : magnitude.subarray(start);
  // Two's complement: a leading bit would be the sign (§8.3).
  const sign = (digits[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.alloc(0);
  return value(INTEGER, Buffer.concat([sign, digits]));
}

/** Whole bytes, or a named bit list whose last bits are not used (§11.2.2). */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return value(BIT_STRING, Buffer.concat([Buffer.of(unusedBits), bytes]));
}

export function octetString(bytes: Uint8Array): Buffer {
  return value(OCTET_STRING, bytes);
}

export function utf8String(text: string): Buffer {
  return value(UTF8_STRING, Buffer.from(text));
}

/** @param dotted At least two arcs, the first 0 to 2 and the second below 40 (§8.19.4) */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      digits.unshift(0x80 | (left % 128));
    }
    return digits;
  });
  return value(OBJECT_IDENTIFIER, Buffer.from(octets));
}

/** RFC 5280 §4.1.2.5: to the second in UTC, with two digits for the year through 2049. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '');
  return at.getUTCFullYear() < 2050
    ? value(UTC_TIME, Buffer.from(digits.slice(2)))
    : value(GENERALIZED_TIME, Buffer.from(digits));
}

/** A field `[number] EXPLICIT`. */
export function explicit(number: number, part: Uint8Array): Buffer {
  return value(CONTEXT | CONSTRUCTED | number, part);
}

/** A primitive field `[number] IMPLICIT`, by its content. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return value(CONTEXT | number, content);
}
