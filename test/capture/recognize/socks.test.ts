import { expect, test } from 'vitest';
import { parseSocks } from '../../../src/capture/recognize/socks.js';
import type { TunnelOpening } from '../../../src/capture/recognize/tunnel-opening.js';
import { ascii, concat, hex, states } from './support/bytes.js';

const NONE = new Uint8Array(0);

function opening(sent: Uint8Array, received = NONE): TunnelOpening {
  expect(states((bytes) => withoutFunctions(bytes, received), sent)).toEqual(['need-more', 'done']);
  const parsed = parseSocks(sent, received);
  if (parsed.state !== 'done' || parsed.value === null) throw new Error(parsed.state);
  return parsed.value;
}

function withoutFunctions(sent: Uint8Array, received: Uint8Array) {
  const parsed = parseSocks(sent, received);
  return parsed.state === 'done' ? { ...parsed, value: { ...parsed.value, answer: null } } : parsed;
}

// As curl 7.88 sends them.
const socks4 = concat(hex('0401 0050 c6336407'), ascii('\0'));
const socks4a = concat(hex('0401 01bb 00000001'), ascii('\0target.test\0'));
const greeting = hex('05 03 000102');
const request = concat(hex('05010003'), Uint8Array.of(11), ascii('target.test'), hex('01bb'));

test('version 4: address', () => {
  const found = opening(concat(socks4, ascii('GET')));
  expect(found).toMatchObject({ target: '198.51.100.7:80', length: 9 });
  expect(found.answer(hex('005a 0000 00000000'))).toMatchObject({ value: { accepted: true, length: 8 } });
  expect(found.answer(hex('005b 0000 00000000'))).toMatchObject({ value: { accepted: false, length: null } });
  expect(found.answer(hex('005a 0000 000000')).state).toBe('need-more');
  expect(found.answer(hex('0550 0000 00000000')).state).toBe('no-match');
});

test('version 4a: name', () => {
  expect(opening(socks4a)).toMatchObject({ target: 'target.test:443', length: socks4a.length });
});

test.each([
  ['another command', hex('0403')],
  ['port 0', hex('0401 0000 c6336407 00')],
  ['a user id that is no text', hex('0401 0050 c6336407 01')],
  ['a user id without end', concat(hex('0401 0050 c6336407'), ascii('a'.repeat(256)))],
  ['a name that is none', concat(hex('0401 01bb 00000001'), ascii('\0bad name\0'))],
])('version 4 with %s is no match', (_, sent) => {
  expect(states((bytes) => parseSocks(bytes, NONE), sent)).toEqual(['need-more', 'no-match']);
});

test('version 5 waits for the choice of the server', () => {
  const parse = (sent: Uint8Array, received: Uint8Array) => parseSocks(sent, received);
  expect(parse(greeting.subarray(0, 3), NONE)).toEqual({ state: 'need-more', proven: null });
  expect(parse(greeting, NONE)).toEqual({ state: 'need-more', proven: 'socks' });
  expect(parse(concat(greeting, request), NONE)).toEqual({ state: 'need-more', proven: null });
  expect(parse(concat(greeting, request), hex('0500'))).toMatchObject({ state: 'done' });
  expect(parse(greeting, hex('0500'))).toEqual({ state: 'need-more', proven: 'socks' });
  expect(parse(greeting, hex('48')).state).toBe('no-match');
  expect(parse(greeting, hex('05ff'))).toEqual({ state: 'done', value: null });
  expect(parse(hex('0500'), NONE).state).toBe('no-match');
});

test.each([
  ['a name', request, 'target.test:443'],
  ['IPv4', hex('05010001 c6336407 0050'), '198.51.100.7:80'],
  ['IPv6', hex('05010004 20010db8000000000000000000000001 0050'), '[2001:db8::1]:80'],
  [
    'an address as a name',
    concat(hex('05010003'), Uint8Array.of(7), ascii('1.2.3.4'), hex('0050')),
    '1.2.3.4:80',
  ],
])('version 5 with %s', (_, asked, target) => {
  expect(opening(concat(greeting, asked, ascii('rest')), hex('0500'))).toMatchObject({
    target,
    length: greeting.length + asked.length,
  });
});

test('version 5 with user and password, and its answers', () => {
  const login = concat(hex('01'), Uint8Array.of(1), ascii('u'), Uint8Array.of(2), ascii('pw'));
  const found = opening(concat(greeting, login, request), hex('0502'));
  expect(found).toMatchObject({
    target: 'target.test:443',
    length: greeting.length + login.length + request.length,
  });
  const answer = hex('0502 0100 05000001 00000000 0000');
  expect(found.answer(answer)).toMatchObject({ value: { accepted: true, length: answer.length } });
  expect(found.answer(answer.subarray(0, -1)).state).toBe('need-more');
  expect(found.answer(hex('0502 0100 0505'))).toMatchObject({ value: { accepted: false, length: null } });
  expect(found.answer(hex('0502 0100 0400')).state).toBe('no-match');
  expect(found.answer(hex('0502 0100 05000009')).state).toBe('no-match');
  expect(found.answer(hex('0502 0100 05000003 0161 0000'))).toMatchObject({ value: { length: 12 } });
});

test('BIND and UDP ASSOCIATE ask for no tunnel', () => {
  const bind = concat(greeting, hex('05020001 c6336407 0050'));
  expect(parseSocks(bind, hex('0500'))).toEqual({ state: 'done', value: null });
  expect(parseSocks(concat(greeting, hex('05030001 00000000 0000')), hex('0500'))).toEqual({
    state: 'done',
    value: null,
  });
  expect(parseSocks(hex('0402 0050 c6336407 00'), NONE)).toEqual({ state: 'done', value: null });
});

test.each([
  ['another command', hex('05040001 c6336407 0050')],
  ['another version', hex('04010001 c6336407 0050')],
  ['another kind of address', hex('05010002 0000')],
  ['a name that is none', concat(hex('05010003'), Uint8Array.of(3), ascii('a b'), hex('0050'))],
])('version 5 with %s is no match', (_, asked) => {
  expect(parseSocks(concat(greeting, asked), hex('0500')).state).toBe('no-match');
});
