import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_ANSWER, parseAnswers } from '../../../src/capture/sinkhole/recorded-answers.js';
import { SinkholeError } from '../../../src/capture/sinkhole/sinkhole-error.js';

const ENTRY = { host: 'web.example', path: '/', status: 200 };
const parse = (...entries: readonly unknown[]) => parseAnswers(JSON.stringify(entries));
const get = (path: string, host = 'web.example') => ({ host, method: 'GET', path });

test('the first entry that fits is the answer', () => {
  const answers = parse(
    { ...ENTRY, method: 'POST', status: 201 },
    { ...ENTRY, path: '/a*', status: 202, body: 'ä' },
    { ...ENTRY, path: '/ab', status: 203 },
    { ...ENTRY, host: '2001:DB8::1', path: '*', status: 204 },
    { ...ENTRY, host: 'Other.Example.', path: '*', status: 205, bodyBase64: 'AAEC' },
  );
  expect(answers(get('/'))).toBe(EMPTY_ANSWER);
  expect(answers({ ...get('/'), method: 'POST' }).status).toBe(201);
  expect(answers(get('/ab'))).toMatchObject({ status: 202, body: Buffer.from('ä') });
  expect(answers(get('*', '2001:db8::1')).status).toBe(204);
  expect(answers(get('/x', 'other.example'))).toMatchObject({ status: 205, body: Buffer.of(0, 1, 2) });
  expect(answers(get('/ab', 'sub.web.example'))).toBe(EMPTY_ANSWER);
});

test('headers in order, several of one name', () => {
  const answers = parse({ ...ENTRY, headers: { 'Set-Cookie': ['a=1', 'b=2'], 'X-Y': '' } });
  expect(answers(get('/')).headers).toEqual([
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['X-Y', ''],
  ]);
});

test.for([
  ['{', /expected JSON/],
  ['{}', /expected a list of at most 1000 answers, found \{\}/],
  [JSON.stringify(Array(1001).fill(ENTRY)), /found 1001/],
  ['[1]', /answer 1: an object, found 1/],
  [JSON.stringify([ENTRY, { ...ENTRY, Host: 'x' }]), /answer 2: only host, .*, found "Host"/],
  [JSON.stringify([{ ...ENTRY, host: 'two words' }]), /host: a host name .*, found "two words"/],
  [JSON.stringify([{ ...ENTRY, host: 'x.example:80' }]), /host/],
  [JSON.stringify([{ ...ENTRY, path: 'x' }]), /path: one that begins with \//],
  [JSON.stringify([{ ...ENTRY, method: 'G T' }]), /method/],
  [JSON.stringify([{ ...ENTRY, status: 199 }]), /status: a whole number from 200 to 599, found 199/],
  [JSON.stringify([{ ...ENTRY, status: 200.5 }]), /status/],
  [JSON.stringify([{ ...ENTRY, headers: [] }]), /headers: an object/],
  [JSON.stringify([{ ...ENTRY, headers: { 'a b': 'c' } }]), /"a b"/],
  [JSON.stringify([{ ...ENTRY, headers: { a: 'b\r\nc: d' } }]), /printable ASCII/],
  [JSON.stringify([{ ...ENTRY, headers: { 'Content-Length': '9' } }]), /about the connection or the length/],
  [JSON.stringify([{ ...ENTRY, headers: { a: 'x'.repeat(9000) } }]), /at most 100 fields and 8192 bytes/],
  [JSON.stringify([{ ...ENTRY, body: 1 }]), /body: a text/],
  [JSON.stringify([{ ...ENTRY, body: '', bodyBase64: '' }]), /found both/],
  [JSON.stringify([{ ...ENTRY, bodyBase64: 'A' }]), /base64/],
] as const)('refused: %s', ([text, message]) => {
  expect(() => parseAnswers(text)).toThrow(message);
});

test('whatever the file, answers or a typed error that is not long', () => {
  const key = fc.constantFrom('host', 'method', 'path', 'status', 'headers', 'body', 'bodyBase64', 'x');
  const value = fc.oneof(
    fc.constantFrom('web.example', 'GET', '/', '*', 200, 'AAAA', null),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const entry = fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(key, value).map((given) => ({ ...ENTRY, ...given })) },
    fc.jsonValue({ maxDepth: 2 }),
  );
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 3 }), (entries) => {
      try {
        const answer = parse(...entries)(get('/'));
        expect(answer.status).toBeGreaterThanOrEqual(200);
        accepted += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(SinkholeError);
        expect(String(error).length).toBeLessThan(400);
      }
    }),
    { seed: 1, numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(100);
});
