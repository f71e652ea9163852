import { once } from 'node:events';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { serveHttp2 } from '../../../src/capture/sinkhole/http2.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A client of a server that serves one connection, with little patience. */
async function setting() {
  const server = net.createServer((socket) => {
    serveHttp2(
      socket,
      {
        onExchange: ({ body, respond }) => {
          body.resume().once('end', () => respond({ status: 200, headers: [], body: Buffer.from('ok') }));
        },
        onFailure: () => {},
        onSilence: () => {},
      },
      { idle: 100, grace: 100 },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => {});
  stops.push(
    () => client.destroy(),
    () => server.close(),
  );
  return client;
}

test('a stream that is never ended does not keep its session', async () => {
  const client = await setting();
  const request = client.request({ ':method': 'POST', ':path': '/' }, { endStream: false });
  request.on('error', () => {});
  request.write('begun');
  await once(client, 'close');
  expect(request.destroyed).toBe(true);
}, 5000);

test('an idle session ends in order', async () => {
  const client = await setting();
  const request = client.request({ ':path': '/' });
  let text = '';
  for await (const chunk of request) text += chunk;
  expect(text).toBe('ok');
  const [code] = await Promise.all([once(client, 'goaway'), once(client, 'close')]);
  expect(code[0]).toBe(0);
}, 5000);
