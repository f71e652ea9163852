import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { helloMessage, records, serverName } from '../recognize/support/hello.js';
import { type Setting, startSetting } from './setting.js';

let setting: Setting;
beforeAll(async () => {
  setting = await startSetting({ reveal: true, meant: 80 });
});
afterAll(() => setting.stop());

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
/** Beginnings of what is answered, to be cut, joined and damaged. */
const PIECES: readonly Uint8Array[] = [
  records(helloMessage([serverName(ascii('x.example'))]), 30),
  ascii('GET / HTTP/1.1\r\nHost: x.example\r\n\r\n'),
  ascii('POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'),
  ascii('POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc'),
  ascii('HEAD / HTTP/1.0\r\n\r\n'),
  ascii('GET /ws HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ascii('PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n'),
  ascii('CONNECT x.example:443 HTTP/1.1\r\n\r\n'),
  ascii('CONNECT nonsense HTTP/1.1\r\n\r\n'),
  ascii('SSH-2.0-x\r\n'),
  ascii('EHLO x\r\n'),
];
const piece = fc.constantFrom(...PIECES);
const cutPiece = fc.tuple(piece, fc.nat(60)).map(([bytes, length]) => bytes.subarray(0, length));
const damagedPiece = fc
  .tuple(piece, fc.nat(), fc.nat(255))
  .map(([bytes, at, value]) => bytes.map((byte, index) => (index === at % bytes.length ? value : byte)));
const parts = fc.array(
  fc.oneof({ weight: 4, arbitrary: piece }, cutPiece, damagedPiece, fc.uint8Array({ maxLength: 40 })),
  { maxLength: 6 },
);

test('whatever a client says, its connection ends once it has, and nothing throws', async () => {
  await fc.assert(
    fc.asyncProperty(parts, fc.boolean(), async (chunks, isReset) => {
      const ended = setting.ended();
      const socket = await setting.connect();
      socket.resume();
      for (const chunk of chunks) socket.write(chunk);
      if (isReset) socket.resetAndDestroy();
      else socket.end();
      await ended;
      socket.destroy();
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(setting.failures).toHaveLength(300);
  expect(setting.requests().length).toBeGreaterThan(30);
  expect(setting.requests().every(({ status }) => status === 0 || status === 200)).toBe(true);
}, 60_000);
