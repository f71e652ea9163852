import { request } from 'node:http';
import { connect } from 'node:http2';
import { expect, test } from 'vitest';
import { MAX_HEAD } from '../../../src/capture/recognize/http-head.js';
import { parseHttpRequest } from '../../../src/capture/recognize/http-request.js';
import { ascii, states } from './support/bytes.js';
import { firstBytesOf, wholeHead } from './support/clients.js';

function hostOf(text: string): string | null | undefined {
  const parsed = parseHttpRequest(ascii(text));
  expect(states(parseHttpRequest, ascii(text)).at(-1)).toBe(parsed.state);
  return parsed.state === 'done' ? parsed.value.host : undefined;
}

test("Node's own request", async () => {
  const bytes = await firstBytesOf(
    (port) =>
      request({ port, host: '127.0.0.1', headers: { host: 'X.Example:8080' } })
        .on('error', () => {})
        .end(),
    wholeHead,
  );
  expect(parseHttpRequest(bytes)).toEqual({
    state: 'done',
    value: { host: 'x.example', connectTarget: null, length: bytes.length },
  });
  expect(states(parseHttpRequest, bytes)).toEqual(['need-more', 'done']);
});

test("Node's own HTTP/2 preface", async () => {
  const bytes = await firstBytesOf(
    (port) => connect(`http://127.0.0.1:${port}`).on('error', () => {}),
    (held) => held.length >= 24,
  );
  expect(parseHttpRequest(bytes)).toEqual({
    state: 'done',
    value: { host: null, connectTarget: null, length: 24 },
  });
  expect(states(parseHttpRequest, bytes)).toEqual(['need-more', 'done']);
});

test("Node's own CONNECT", async () => {
  const bytes = await firstBytesOf(
    (port) =>
      request({ port, host: '127.0.0.1', method: 'CONNECT', path: 'X.example:443' })
        .on('error', () => {})
        .end(),
    wholeHead,
  );
  expect(parseHttpRequest(bytes)).toMatchObject({ value: { host: null, connectTarget: 'x.example:443' } });
});

test.each([
  ['GET / HTTP/1.1\r\nHost: x.example\r\n\r\n', 'x.example'],
  ['GET / HTTP/1.1\nhOST:x.example \t\nA: b\n\n', 'x.example'],
  ['\r\n\r\nGET / HTTP/1.1\r\nHost: x.example\r\n\r\n', 'x.example'],
  ['M-SEARCH * HTTP/1.1\r\nHost: x.example\r\n\r\n', 'x.example'],
  ['GET / HTTP/1.0\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nHost:\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nHost: [2001:DB8::1]:80\r\n\r\n', '2001:db8::1'],
  ['GET / HTTP/1.1\r\nHost: x.example y.example\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nHost: x.example\0.test\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nHost: x.example\rA: b\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nHost: x.example\r\nHost: x.example\r\n\r\n', 'x.example'],
  ['GET / HTTP/1.1\r\nHost: x.example\r\nHost: y.example\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nHost: x.example\r\n folded\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nA: b\r\n\tfolded\r\nHost: x.example\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nHost : x.example\r\n\r\n', null],
  ['GET / HTTP/1.1\r\nno field\r\nHost: x.example\r\n\r\n', null],
  ['GET http://Y.example:81/p HTTP/1.1\r\nHost: x.example\r\n\r\n', 'y.example'],
  ['GET http://y.example?q HTTP/1.1\r\nHost: x.example\r\n\r\n', 'y.example'],
  ['GET ftp://x.example@y.example/ HTTP/1.1\r\nHost: x.example\r\n\r\n', 'y.example'],
  ['GET http://x.example@y.example@z.example/ HTTP/1.1\r\n\r\n', null],
  ['GET http://x.example\\@y.example/ HTTP/1.1\r\nHost: x.example\r\n\r\n', null],
  ['GET http:/// HTTP/1.1\r\nHost: x.example\r\n\r\n', null],
  ['GET /http://y.example/ HTTP/1.1\r\nHost: x.example\r\n\r\n', 'x.example'],
])('the host of %j is %j', (text, host) => {
  expect(hostOf(text)).toBe(host);
});

test.each([
  'GET /\r\n',
  'GET / HTTP/2.0\r\n',
  'GET / HTTP/1.1 \r\n',
  'GET  / HTTP/1.1\r\n',
  'GET / x HTTP/1.1\r\n',
  'GET /\x01 HTTP/1.1\r\n',
  'GET\t/ HTTP/1.1\r\n',
  'G(T / HTTP/1.1\r\n',
  ' GET / HTTP/1.1\r\n',
  '\r\n\r\n\r\nGET / HTTP/1.1\r\n',
  `${'A'.repeat(33)} / HTTP/1.1\r\n`,
  'CONNECT x.example HTTP/1.1\r\n',
  'CONNECT http://x.example/ HTTP/1.1\r\n',
  'CONNECT user@x.example:443 HTTP/1.1\r\n',
  'PRI * HTTP/2.0\r\n\r\nSN',
])('%j is no request', (text) => {
  expect(parseHttpRequest(ascii(text))).toEqual({ state: 'no-match' });
  expect(states(parseHttpRequest, ascii(text))).toEqual(['need-more', 'no-match']);
});

test('a request line proves HTTP before the head is whole, but not for a CONNECT', () => {
  expect(parseHttpRequest(ascii('GET / HTTP/1.1'))).toEqual({ state: 'need-more', proven: null });
  expect(parseHttpRequest(ascii('GET / HTTP/1.1\r\n'))).toEqual({ state: 'need-more', proven: 'http' });
  expect(parseHttpRequest(ascii('CONNECT x.example:443 HTTP/1.1\r\n'))).toEqual({
    state: 'need-more',
    proven: null,
  });
});

test('a head above the maximum is HTTP without a host; above it, a CONNECT is no match', () => {
  const filler = `A: ${'a'.repeat(MAX_HEAD)}\r\n\r\n`;
  const request = ascii(`GET / HTTP/1.1\r\nHost: x.example\r\n${filler}`);
  expect(parseHttpRequest(request)).toMatchObject({ value: { host: null } });
  expect(parseHttpRequest(request.subarray(0, MAX_HEAD - 1))).toEqual({ state: 'need-more', proven: 'http' });
  expect(parseHttpRequest(request.subarray(0, MAX_HEAD))).toMatchObject({ state: 'done' });
  expect(parseHttpRequest(ascii(`CONNECT x.example:443 HTTP/1.1\r\n${filler}`))).toEqual({
    state: 'no-match',
  });
  const target = ascii(`GET /${'a'.repeat(MAX_HEAD)}`);
  expect(parseHttpRequest(target.subarray(0, MAX_HEAD - 1)).state).toBe('need-more');
  expect(parseHttpRequest(target).state).toBe('no-match');
});
