import { expect, test } from 'vitest';
import { readAnswer } from '../../../src/capture/resolver/answers.js';
import { a, answerTo, query, TYPE, uint16, wireName } from './support/messages.js';

const asked = query('x.example');

test('a CNAME chain in order, addresses sorted and canonical', () => {
  const facts = readAnswer(
    answerTo(asked, {
      answers: [
        { type: TYPE.CNAME, data: wireName('y.example') },
        {
          name: wireName('y.example'),
          type: TYPE.CNAME,
          data: Buffer.concat([Buffer.of(1, 0x7a), Buffer.of(0xc0, 14)]),
        },
        a('203.0.113.9'),
        a('203.0.113.10'),
        { type: TYPE.AAAA, data: Buffer.from('20010db8000000000000000000000001', 'hex') },
        { type: TYPE.AAAA, data: Buffer.from('00000000000000000000ffffc6336407', 'hex') },
      ],
    }),
  );
  expect(facts.cnames).toEqual(['y.example', 'z.example']);
  expect(facts.addresses).toEqual(['203.0.113.9', '203.0.113.10', '2001:db8::1', '198.51.100.7']);
  expect(facts.answers).toEqual([...facts.addresses].sort());
});

test.each([
  ['a reverse name', { type: TYPE.PTR, data: wireName('host.example') }, 'host.example'],
  [
    'printable text of TXT',
    { type: TYPE.TXT, data: Buffer.from('\x05h\x1b[2m\xff', 'latin1') },
    'TXT .h.[2m.',
  ],
  ['bytes of a known type', { type: TYPE.MX, data: uint16(10, 1) }, 'MX 000a0001'],
  ['bytes of an unknown type', { type: 4711, data: Buffer.of(1, 2) }, 'TYPE4711 0102'],
  ['an A record of a wrong length', { type: TYPE.A, data: Buffer.of(1, 2) }, 'A 0102'],
])('%s', (_what, record, expected) => {
  expect(readAnswer(answerTo(asked, { answers: [record] }))).toMatchObject({
    answers: [expected],
    addresses: [],
  });
});

test.each([
  [0, 'NOERROR'],
  [2, 'SERVFAIL'],
  [3, 'NXDOMAIN'],
  [5, 'REFUSED'],
  [9, 'RCODE9'],
])('response code %i is %s', (rcode, expected) => {
  expect(readAnswer(answerTo(asked, { rcode })).rcode).toBe(expected);
});

test('at most 256 records of an answer are kept', () => {
  expect(
    readAnswer(answerTo(asked, { answers: Array.from({ length: 300 }, () => a('203.0.113.1')) })).answers,
  ).toHaveLength(256);
});
