import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHttpRequestStream } from '../../../src/capture/recognize/http-request-stream.js';

const GET = 'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n';
const POST = 'POST /b HTTP/1.1\r\nHost: b.example\r\nContent-Length: 5\r\n\r\nGET /';
const CHUNKED =
  'PUT /c HTTP/1.1\r\nHost: c.example\r\nTransfer-Encoding: chunked\r\n\r\n6;x=y\r\nGET / \r\n1\r\nx\r\n0\r\nTrailer: GET\r\n\r\n';
const CONNECT = 'CONNECT d.example:443 HTTP/1.1\r\n\r\n';
const UPGRADE = 'GET /w HTTP/1.1\r\nHost: e.example\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';

/** Hosts and targets of the requests in chunks; `!` where the rest is unreadable; then the bytes that are open. */
function read(...chunks: readonly string[]): (string | number)[] {
  const stream = createHttpRequestStream();
  const seen: (string | number)[] = [];
  let open = 0;
  for (const chunk of chunks) {
    const result = stream.push(Buffer.from(chunk, 'latin1'));
    if (result.state === 'unreadable') return [...seen, '!'];
    seen.push(...result.requests.map(({ host, connectTarget }) => connectTarget ?? host ?? '-'));
    open = result.open;
  }
  return [...seen, open];
}

test.for([
  [
    'several in one chunk',
    [GET + POST + CHUNKED + CONNECT],
    ['a.example', 'b.example', 'c.example', 'd.example:443', 0],
  ],
  ['a head that is not whole', [GET, GET.slice(0, 20)], ['a.example', 20]],
  ['a body that is not whole', [POST.slice(0, -2)], ['b.example', 0]],
  ['two lengths that agree', [POST.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n')], ['b.example', 0]],
  ['a request without a Host', ['GET / HTTP/1.1\r\n\r\n'], ['-', 0]],
  ['an absolute target', ['GET http://f.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n'], ['f.example', 0]],
] as const)('%s', ([, chunks, expected]) => expect(read(...chunks)).toEqual(expected));

test.for([
  ['two lengths that differ', POST.replace('\r\n\r\n', '\r\nContent-Length: 50\r\n\r\n')],
  ['a length and chunks', CHUNKED.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n')],
  ['another coding', CHUNKED.replace('chunked', 'gzip, chunked')],
  ['a length that is none', POST.replace('5', '+5')],
  ['a chunk size that is none', CHUNKED.replace('6;x=y', '0x6')],
  ['a chunk line that ends in LF alone', CHUNKED.replace('6;x=y\r', '6;x=y')],
  ['something else than CRLF behind the data of a chunk', CHUNKED.replace('\r\n1\r\nx', '\n11\r\nx')],
  ['a trailer that ends in LF alone', CHUNKED.replace('Trailer: GET\r', 'Trailer: GET')],
  ['a chunked body that ends in LF alone', CHUNKED.replace(/\r\n$/, '\n')],
  ['a folded field', GET.replace('Host: a', 'Host:\r\n a')],
  ['what is no HTTP', 'hello\r\n\r\n'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
] as const)('%s can be read in two ways, so in none', ([, text]) => {
  expect(read(GET + text)).toEqual(['!']);
  expect(read(GET, text)).toEqual(['a.example', '!']);
});

test('a request for another protocol says so', () => {
  const result = createHttpRequestStream().push(Buffer.from(GET + UPGRADE));
  expect(result.state === 'read' && result.requests.map(({ isUpgrade }) => isUpgrade)).toEqual([false, true]);
});

test('however it is cut, the requests are the same', () => {
  const text = GET + POST + CHUNKED + GET + CONNECT;
  const cuts = fc.array(fc.nat(text.length), { maxLength: 8 });
  fc.assert(
    fc.property(cuts, (places) => {
      const at = [0, ...places.toSorted((a, b) => a - b), text.length];
      const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
      expect(read(...chunks)).toEqual(read(text));
    }),
    { seed: 31, numRuns: 500 },
  );
  expect(read(...text)).toEqual(read(text));
});

test('nothing throws, whatever the bytes', () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(GET, POST, CHUNKED, '\r\n', '0').map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 10 }), (chunks) => {
      const stream = createHttpRequestStream();
      for (const one of chunks) {
        const result = stream.push(one);
        if (result.state === 'read') expect(result.open).toBeGreaterThanOrEqual(0);
      }
    }),
    { seed: 32, numRuns: 1000 },
  );
});
