import { expect, test } from 'vitest';
import { parseConnectAnswer } from '../../../src/capture/recognize/http-answer.js';
import { ascii, states } from './support/bytes.js';

test.each([
  ['HTTP/1.1 200 Connection established\r\n\r\nSSH-', { accepted: true, length: 39 }],
  ['HTTP/1.0 204\n\n', { accepted: true, length: 14 }],
  ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', { accepted: true, length: 38 }],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', { accepted: true, length: 44 }],
  ['HTTP/1.1 407 Auth\r\nContent-Length: 3\r\n\r\nabc', { accepted: false, length: 43 }],
  ['HTTP/1.1 407 Auth\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n', { accepted: false, length: null }],
  ['HTTP/1.1 407 Auth\r\nContent-Length: 1e3\r\n\r\n', { accepted: false, length: null }],
  ['HTTP/1.1 407 Auth\r\n folded\r\nContent-Length: 3\r\n\r\n', { accepted: false, length: null }],
  [
    'HTTP/1.1 407 Auth\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    { accepted: false, length: null },
  ],
  ['HTTP/1.1 502 Bad Gateway\r\n\r\n', { accepted: false, length: null }],
])('the answer %j is %j', (text, answer) => {
  expect(parseConnectAnswer(ascii(text))).toEqual({ state: 'done', value: answer });
  expect(states(parseConnectAnswer, ascii(text))).toEqual(['need-more', 'done']);
});

test.each([
  '220 x.example ESMTP\r\n',
  'HTTP/2 200\r\n\r\n',
  'HTTP/1.1 20x OK\r\n\r\n',
  'HTTP/1.1 2000\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n'.repeat(8),
])('%j is no answer', (text) => {
  expect(states(parseConnectAnswer, ascii(text))).toEqual(['need-more', 'no-match']);
});
