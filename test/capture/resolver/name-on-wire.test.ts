import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readName, skipName } from '../../../src/capture/resolver/name-on-wire.js';
import { uint16, wireName } from './support/messages.js';

const SEED = 1035;
const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
const name = fc
  .array(label, { minLength: 1, maxLength: 6 })
  .filter((labels) => wireName(labels).length <= 255);

/** What presentation form means (RFC 1035 §5.1), written apart from the code under test. */
function labelsOf(text: string): Buffer[] {
  const labels: number[][] = [[]];
  for (let at = 0; at < text.length; at += 1) {
    const decimal = /^\\(\d{3})/.exec(text.slice(at))?.[1];
    if (text[at] === '.') labels.push([]);
    else if (decimal !== undefined) {
      labels.at(-1)?.push(Number(decimal));
      at += 3;
    } else {
      if (text[at] === '\\') at += 1;
      labels.at(-1)?.push(text.charCodeAt(at));
    }
  }
  return labels.map((bytes) => Buffer.from(bytes));
}

const lower = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));

test('a name survives its presentation, but for the case of its letters', () => {
  fc.assert(
    fc.property(name, (labels) => {
      const read = readName(wireName(labels), 0);
      expect(read?.next).toBe(wireName(labels).length);
      expect(labelsOf(read?.name ?? '')).toEqual(labels.map(lower));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test('odd bytes are escaped, so that one label cannot pass for two', () => {
  const wire = wireName([Buffer.from('a.B\\c d\x00\xff', 'latin1'), Buffer.from('e')]);
  expect(readName(wire, 0)?.name).toBe('a\\.b\\\\c\\032d\\000\\255.e');
});

test('the longest presentation form is that of 255 odd octets', () => {
  const longest = wireName([63, 63, 63, 61].map((length) => Buffer.alloc(length, 0xff)));
  expect(readName(longest, 0)?.name).toBe([63, 63, 63, 61].map((length) => '\\255'.repeat(length)).join('.'));
});

test('the root is the empty name', () => {
  expect(readName(Buffer.of(0), 0)).toEqual({ name: '', next: 1 });
});

test('follows a pointer and goes on behind it', () => {
  const message = Buffer.concat([wireName('b.example'), Buffer.of(1, 0x61, 0xc0, 0)]);
  expect(readName(message, 11)).toEqual({ name: 'a.b.example', next: 15 });
});

test.each([
  ['a pointer to itself', Buffer.of(0xc0, 0)],
  ['two pointers to each other', Buffer.of(0xc0, 2, 0xc0, 0)],
  ['a pointer without its second byte', Buffer.of(0xc0)],
  ['a pointer behind the end', Buffer.of(0xc0, 9)],
  ['a label behind the end', Buffer.of(3, 0x61)],
  ['a name without its root', Buffer.of(1, 0x61)],
  ['an extended label type', Buffer.of(0x41, 0x61, 0)],
  ['more than 255 octets', wireName(Array.from({ length: 5 }, () => Buffer.alloc(63, 0x61)))],
])('%s is no name', (_what, bytes) => {
  expect(readName(bytes, 0)).toBeNull();
});

test.each([
  [32, 'a'],
  [33, undefined],
])('a name behind %i pointers is %s', (count, expected) => {
  // Each pointer leads to the one before it, the first to the label at the start.
  const pointers = Array.from({ length: count }, (_, index) =>
    uint16(0xc000 | (index === 0 ? 0 : 1 + index * 2)),
  );
  const message = Buffer.concat([Buffer.of(1, 0x61, 0), ...pointers]);
  expect(readName(message, message.length - 2)?.name).toBe(expected);
});

test('255 octets are a name', () => {
  const longest = wireName([63, 63, 63, 61].map((length) => Buffer.alloc(length, 0x61)));
  expect(readName(longest, 0)?.next).toBe(255);
});

test('a name is passed over as it is read, but for what its pointers lead to', () => {
  fc.assert(
    fc.property(name, fc.nat(40), (labels, before) => {
      const message = Buffer.concat([Buffer.alloc(before, 1), wireName(labels), Buffer.of(1, 2, 3)]);
      expect(skipName(message, before)).toBe(readName(message, before)?.next);
    }),
    { seed: SEED, numRuns: 200 },
  );
  const pointed = Buffer.concat([Buffer.of(1, 0x61, 0xc0, 99), Buffer.alloc(8)]);
  expect(skipName(pointed, 0)).toBe(4);
  expect(readName(pointed, 0)).toBeNull();
});

test.each([
  ['a pointer without its second byte', Buffer.of(0xc0)],
  ['a label behind the end', Buffer.of(3, 0x61)],
  ['a name without its root', Buffer.of(1, 0x61)],
  ['an extended label type', Buffer.of(0x41, 0x61, 0)],
])('%s is not passed over', (_what, bytes) => {
  expect(skipName(bytes, 0)).toBeNull();
});
