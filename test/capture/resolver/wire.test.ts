import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswer } from '../../../src/capture/resolver/answers.js';
import { stripEch } from '../../../src/capture/resolver/strip-ech.js';
import {
  emptyAnswer,
  payloadSize,
  presentLabel,
  readName,
  readQuestion,
  readRecords,
  truncated,
} from '../../../src/capture/resolver/wire.js';
import { a, answerTo, query, TYPE, uint16, wireName } from './support/messages.js';

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
  expect(presentLabel(Buffer.from('a.B\\c d\x00\xff', 'latin1'))).toBe('a\\.b\\\\c\\032d\\000\\255');
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
