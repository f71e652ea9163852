import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  utf8String,
} from '../../../src/capture/sinkhole/der.js';

/** How openssl reads it, a line a value, without offsets. */
function read(der: Buffer): string[] {
  const text = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], { input: der, encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/^.*?(prim|cons): /, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );
}

test('openssl reads what was written', () => {
  const der = sequence(
    integer(Buffer.of(0, 0, 0x80)),
    integer(Buffer.alloc(3)),
    boolean(true),
    objectIdentifier('1.2.840.113549.1.1.11'),
    setOf(utf8String('näme')),
    octetString(Buffer.of(1, 2)),
    bitString(Buffer.of(0x80), 7),
    explicit(3, sequence()),
    implicit(2, Buffer.from('x.example')),
    time(new Date('2049-12-31T23:59:59.999Z')),
    time(new Date('2050-01-01T00:00:00Z')),
  );
  expect(read(der)).toEqual([
    'SEQUENCE',
    'INTEGER :80',
    'INTEGER :00',
    'BOOLEAN :255',
    'OBJECT :sha256WithRSAEncryption',
    'SET',
    'UTF8STRING :näme',
    'OCTET STRING [HEX DUMP]:0102',
    'BIT STRING',
    'cont [ 3 ]',
    'SEQUENCE',
    'cont [ 2 ]',
    'UTCTIME :491231235959Z',
    'GENERALIZEDTIME :20500101000000Z',
  ]);
});

test.for([0, 1, 127, 128, 255, 256, 65_535, 65_536])('a length of %i is in its shortest form', (length) => {
  const der = octetString(Buffer.alloc(length));
  const header = der.length - length;
  const octets = der[1] ?? 0;
  expect(header).toBe(length < 128 ? 2 : 2 + Math.ceil(Math.log2(length + 1) / 8));
  const said = length < 128 ? octets : Number.parseInt(der.subarray(2, header).toString('hex'), 16);
  expect(said).toBe(length);
});

test('an integer is the shortest one that is not negative', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (bytes) => {
      const content = integer(bytes).subarray(2);
      expect(content[0]).toBeLessThan(0x80);
      if (content.length > 1 && content[0] === 0) expect(content[1]).toBeGreaterThanOrEqual(0x80);
      expect(BigInt(`0x${content.toString('hex')}`)).toBe(BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
    }),
    { seed: 1 },
  );
});

test('an object identifier has its arcs in base 128', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 8 }), (arcs) => {
      const content = objectIdentifier(['1', '3', ...arcs].join('.')).subarray(2);
      const values: number[] = [];
      let value = 0;
      for (const octet of content) {
        value = value * 128 + (octet & 0x7f);
        if (octet < 0x80) {
          values.push(value);
          value = 0;
        }
      }
      expect(values).toEqual([43, ...arcs]);
    }),
    { seed: 1 },
  );
});
