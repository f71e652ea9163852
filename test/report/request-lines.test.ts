import { expect, test } from 'vitest';
import { type RequestFacts, requestLines } from '../../src/report/request-lines.js';

const request = (given: Partial<RequestFacts>): RequestFacts => ({
  host: 'x.example',
  port: 443,
  protocol: 'tls',
  method: 'GET',
  path: '/',
  status: 200,
  bodyBytes: 0,
  body: null,
  ...given,
});

test('equal requests are one line, in the order of the first', () => {
  const lines = requestLines(
    [
      request({}),
      request({ method: 'POST', path: '/a?b', bodyBytes: 1500, body: 'one\ntwo' }),
      request({}),
      request({ protocol: 'http', port: 8080, status: 404, host: '2001:db8::1' }),
      request({ method: 'CONNECT', path: 'y.example:443', port: 3128, protocol: 'http', status: 0 }),
    ],
    100,
  );
  expect(lines).toEqual([
    '2 x GET https://x.example/',
    'POST https://x.example/a?b  1.5 kB: one\\u{a}two',
    'GET http://[2001:db8::1]:8080/  404',
    'CONNECT y.example:443  not answered',
  ]);
});

test('hostile text is harmless, long lines are cut, many are counted', () => {
  const many = Array.from({ length: 30 }, (_, index) => request({ path: `/${index}` }));
  expect(requestLines(many, 80)).toHaveLength(21);
  expect(requestLines(many, 80).at(-1)).toBe('and 10 other requests');
  const [line = ''] = requestLines([request({ path: `/\x1b[31m${'x'.repeat(500)}` })], 60);
  expect(line).not.toContain('\x1b');
  expect(line.length).toBeLessThanOrEqual(60);
});
