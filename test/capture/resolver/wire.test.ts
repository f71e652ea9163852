import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswer } from '../../../src/capture/resolver/answers.js';
import { stripEch } from '../../../src/capture/resolver/strip-ech.js';
import {
  emptyAnswer,
  payloadSize,
  readQuestion,
  readRecords,
  truncated,
} from '../../../src/capture/resolver/wire.js';
import { a, answerTo, query, TYPE, uint16 } from './support/messages.js';

const SEED = 1035;
test.each([0, 2])('%i questions are none', (count) => {
  const message = query('x.example');
  message.writeUInt16BE(count, 4);
  expect(readQuestion(message)).toBeNull();
});

test('reads the records of the section that was asked for', () => {
  const message = answerTo(query('x.example'), {
    answers: [a('203.0.113.1')],
    authority: [{ type: TYPE.TXT, data: Buffer.from('t') }],
    additional: [
      { type: TYPE.AAAA, data: Buffer.alloc(16) },
      { type: TYPE.MX, data: Buffer.alloc(3) },
    ],
  });
  expect(
    ([0, 1, 2] as const).map((section) => readRecords(message, section).map((record) => record.type)),
  ).toEqual([[TYPE.A], [TYPE.TXT], [TYPE.AAAA, TYPE.MX]]);
});

test('stops at a record that reaches behind the end', () => {
  const message = answerTo(query('x.example'), { answers: [a('203.0.113.1'), a('203.0.113.2')] });
  expect(readRecords(message.subarray(0, -1), 0)).toHaveLength(1);
});

test.each([
  [undefined, 512],
  [100, 512],
  [1232, 1232],
  [65_535, 65_507],
])('EDNS payload %s counts as %i', (payload, expected) => {
  expect(payloadSize(query('x.example', payload === undefined ? {} : { payload }))).toBe(expected);
});

test('our own answer keeps identifier, opcode, RD and question, and nothing else', () => {
  const asked = query('x.example', { id: 0xbeef, payload: 1232 });
  const answer = emptyAnswer(asked, 3);
  expect(answer.subarray(0, 12)).toEqual(uint16(0xbeef, 0x8183, 1, 0, 0, 0));
  expect(answer.subarray(12)).toEqual(asked.subarray(12, asked.length - 11));
});

test('a cut answer keeps its code and question and says so', () => {
  const asked = query('x.example');
  const cut = truncated(answerTo(asked, { rcode: 3, answers: [a('203.0.113.1')] }));
  expect(cut).toEqual(Buffer.concat([uint16(0x1234, 0x8383, 1, 0, 0, 0), asked.subarray(12)]));
});

test('random bytes never throw', () => {
  const damaged = fc
    .tuple(
      fc.constantFrom(
        query('x.example', { payload: 1232 }),
        answerTo(query('x.example'), { answers: [a('203.0.113.1')] }),
      ),
      fc.nat(),
      fc.nat(255),
      fc.nat(80),
    )
    .map(([message, at, value, length]) => {
      const bytes = Buffer.from(message.subarray(0, Math.max(12, length)));
      bytes[at % bytes.length] = value;
      return bytes;
    });
  const noise = fc.uint8Array({ minLength: 12, maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(noise, damaged), (message) => {
      readQuestion(message);
      for (const section of [0, 1, 2] as const) readRecords(message, section);
      expect(payloadSize(message)).toBeGreaterThanOrEqual(512);
      expect(stripEch(message)).toHaveLength(message.length);
      readAnswer(message);
      truncated(emptyAnswer(message, 1));
    }),
    { seed: SEED, numRuns: 2000 },
  );
});
