import { encode } from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recognizeDatagram } from '../../../src/capture/recognize/datagram.js';
import { concat, hex } from './support/bytes.js';

function padded(bytes: Uint8Array, length = 1200): Uint8Array {
  return concat(bytes, new Uint8Array(length - bytes.length));
}

test.each([
  ['version 1', hex('c3 00000001 08 0102030405060708 00'), 'quic'],
  ['version 2', hex('d3 6b3343cf 08 0102030405060708 00'), 'quic'],
  ['a draft', hex('c3 ff00001d 08 0102030405060708 08 0102030405060708'), 'quic'],
  ['version 2 with the type of version 1', hex('c3 6b3343cf 08 0102030405060708 00'), 'unknown'],
  ['a handshake packet', hex('e3 00000001 08 0102030405060708 00'), 'unknown'],
  ['no fixed bit', hex('83 00000001 08 0102030405060708 00'), 'unknown'],
  ['a short header', hex('43 00000001 08 0102030405060708 00'), 'unknown'],
  ['another version', hex('c3 00000003 08 0102030405060708 00'), 'unknown'],
  ['a short connection id', hex('c3 00000001 07 01020304050607 00'), 'unknown'],
  ['a long connection id', hex('c3 00000001 15 010203040506070801020304050607080102030405 00'), 'unknown'],
])('QUIC with %s is %s', (_, bytes, protocol) => {
  expect(recognizeDatagram(padded(bytes))).toBe(protocol);
});

test('an Initial fills 1,200 bytes', () => {
  expect(recognizeDatagram(padded(hex('c3 00000001 08 0102030405060708 00'), 1199))).toBe('unknown');
});

test('DNS queries, and what is none', () => {
  const query = new Uint8Array(
    encode({ type: 'query', id: 1, questions: [{ type: 'AAAA', name: 'x.example' }] }),
  );
  expect(recognizeDatagram(query)).toBe('dns');
  expect(recognizeDatagram(query.subarray(0, -1))).toBe('unknown');
  const response = encode({ type: 'response', id: 1, questions: [{ type: 'AAAA', name: 'x.example' }] });
  expect(recognizeDatagram(new Uint8Array(response))).toBe('unknown');
  expect(recognizeDatagram(new Uint8Array(0))).toBe('none');
  expect(recognizeDatagram(hex('00'))).toBe('unknown');
});

test('any bytes have a name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1500, size: 'max' }), (bytes) => {
      expect(['dns', 'quic', 'unknown', 'none']).toContain(recognizeDatagram(bytes));
    }),
    { seed: 20_260_102, numRuns: 500 },
  );
});
