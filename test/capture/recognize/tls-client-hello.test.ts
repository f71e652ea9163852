import { connect } from 'node:tls';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTlsClientHello } from '../../../src/capture/recognize/tls-client-hello.js';
import { ascii, concat, hex, states } from './support/bytes.js';
import { firstBytesOf, wholeRecord } from './support/clients.js';
import { extension, helloMessage, records, serverName, uint, vector } from './support/hello.js';

const SILENT = { state: 'done', value: { sni: null, alpn: [], ech: false } };

function realHello(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Uint8Array> {
  return firstBytesOf(
    (port) => connect({ host: '127.0.0.1', port, ...options }).on('error', () => {}),
    wholeRecord,
  );
}

function alpn(...names: readonly Uint8Array[]): Uint8Array {
  return extension(16, vector(2, ...names.map((name) => vector(1, name))));
}

test("Node's own hello: name and protocols", async () => {
  const hello = await realHello({ servername: 'Registry.Example', ALPNProtocols: ['h2', 'http/1.1'] });
  expect(parseTlsClientHello(hello)).toEqual({
    state: 'done',
    value: { sni: 'registry.example', alpn: ['h2', 'http/1.1'], ech: false },
  });
  expect(states(parseTlsClientHello, hello)).toEqual(['need-more', 'done']);
});

test("Node's own hello without name and protocols", async () => {
  expect(parseTlsClientHello(await realHello({}))).toEqual(SILENT);
});

test.each([1, 2, 3, 4, 5, 7, 64, 500])('a hello in records of %i bytes', async (size) => {
  const hello = await realHello({ servername: 'x.example', ALPNProtocols: ['h2'] });
  const cut = records(hello.subarray(5), size);
  expect(parseTlsClientHello(cut)).toEqual(parseTlsClientHello(hello));
  expect(states(parseTlsClientHello, cut)).toEqual(['need-more', 'done']);
});

test('what comes behind the hello does not matter', () => {
  const hello = records(helloMessage([serverName(ascii('x.example'))]));
  expect(parseTlsClientHello(concat(hello, hex('ffffffffff')))).toEqual(parseTlsClientHello(hello));
});

test('the beginning of a hello proves TLS', () => {
  const hello = records(helloMessage([serverName(ascii('x.example'))]));
  expect(parseTlsClientHello(hello.subarray(0, 5))).toEqual({ state: 'need-more', proven: null });
  expect(parseTlsClientHello(hello.subarray(0, 6))).toEqual({ state: 'need-more', proven: 'tls' });
});

test.each([
  'x.example\0',
  'x.example\r\nHost: y.example',
  '-x.example',
  'x..example',
  '198.51.100.7',
  '',
  `${'a'.repeat(64)}.example`,
])('the name %j is none, and the flow is TLS still', (name) => {
  expect(parseTlsClientHello(records(helloMessage([serverName(ascii(name)), alpn(ascii('h2'))])))).toEqual({
    state: 'done',
    value: { sni: null, alpn: ['h2'], ech: false },
  });
});

test('an encrypted_client_hello extension is flagged', () => {
  const hello = records(helloMessage([extension(0xfe0d, hex('00')), serverName(ascii('front.example'))]));
  expect(parseTlsClientHello(hello)).toMatchObject({ value: { sni: 'front.example', ech: true } });
});

test('protocols are escaped and bounded', () => {
  const hello = records(helloMessage([alpn(hex('0a0a'), ascii('a\\b'), ...Array(40).fill(ascii('h2')))]));
  const parsed = parseTlsClientHello(hello);
  expect(parsed.state === 'done' && parsed.value.alpn).toEqual([
    '\\x0a\\x0a',
    'a\\x5cb',
    ...Array(14).fill('h2'),
  ]);
});

const name = serverName(ascii('x.example'));
test.each([
  ['the same extension twice', helloMessage([name, name])],
  ['an extension that is cut off', helloMessage([name, hex('0010 00ff 00')])],
  ['bytes behind the extensions', concat(uint(1, 1), vector(3, helloMessage([name]).subarray(4), hex('00')))],
  ['extensions longer than the message', concat(uint(1, 1), vector(3, helloMessage([name]).subarray(4, -1)))],
  [
    'two names',
    helloMessage([extension(0, vector(2, ...Array(2).fill(concat(hex('00'), vector(2, ascii('x'))))))]),
  ],
  ['a name of another type', helloMessage([extension(0, vector(2, hex('01'), vector(2, ascii('x'))))])],
  [
    'bytes behind the list of names',
    helloMessage([extension(0, vector(2, hex('00'), vector(2, ascii('x'))), hex('00'))]),
  ],
  ['an empty protocol', helloMessage([extension(16, vector(2, hex('00')))])],
  ['no extensions at all', helloMessage(null)],
  ['an empty message', hex('01 000000')],
])('%s: TLS, with nothing believed', (_, message) => {
  expect(parseTlsClientHello(records(message))).toEqual(SILENT);
});

test('records that break off after a beginning: TLS, with nothing believed', () => {
  const message = helloMessage([serverName(ascii('x.example'))]);
  const broken = concat(records(message.subarray(0, 20)), hex('17 0301 0002 0000'));
  expect(parseTlsClientHello(broken)).toEqual(SILENT);
  expect(states(parseTlsClientHello, broken)).toEqual(['need-more', 'done']);
  const empty = concat(records(message.subarray(0, 20)), hex('16 0301 0000'), records(message.subarray(20)));
  expect(parseTlsClientHello(empty)).toEqual(SILENT);
});

test('a hello above the maximum: TLS, with nothing believed, at once', () => {
  expect(parseTlsClientHello(hex('16 0301 0200 01 004001'))).toEqual(SILENT);
  expect(parseTlsClientHello(hex('16 0301 0200 01 004000'))).toEqual({ state: 'need-more', proven: 'tls' });
});

test.each([
  ['SSL 2', hex('80 2e 01 0002 0015')],
  ['a ServerHello', hex('16 0303 0010 02')],
  ['an alert', hex('15 0303 0002 0228')],
  ['an unknown version', hex('16 0305')],
  ['another major version', hex('16 02')],
  ['an empty record', hex('16 0301 0000')],
  ['a record that is too long', hex('16 0301 4001')],
])('%s is no ClientHello', (_, bytes) => {
  expect(parseTlsClientHello(bytes)).toEqual({ state: 'no-match' });
});

test('a real hello with changed bytes never throws, and its name stays a host name', async () => {
  const hello = await realHello({ servername: 'x.example', ALPNProtocols: ['h2'] });
  const change = fc.tuple(fc.nat(hello.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(hello.length), (changes, length) => {
      const mutated = hello.slice();
      for (const [at, value] of changes) mutated[at] = value;
      for (const bytes of [mutated, mutated.subarray(0, length)]) {
        const parsed = parseTlsClientHello(bytes);
        if (parsed.state === 'done') expect(parsed.value.sni ?? 'x').toMatch(/^[a-z0-9._-]{1,253}$/);
      }
    }),
    { seed: 20_260_101, numRuns: 2000 },
  );
});
