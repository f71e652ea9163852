import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { frame } from '../../../src/capture/resolver/tcp-frames.js';
import { a, answerTo, query, TYPE } from './support/messages.js';
import { cleanUp, SERVER, setting, upstream } from './support/setting.js';

afterEach(cleanUp);

const good = (message: Buffer): Buffer[] => [answerTo(message, { answers: [a('203.0.113.1')] })];

test('is served byte by byte', async () => {
  const { connect, records } = await setting({ upstreams: [await upstream(good)] });
  const client = await connect();
  const asked = query('x.example', { id: 77 });
  for (const byte of frame(asked))
    await new Promise((resolve) => client.socket.write(Buffer.of(byte), resolve));
  expect(await client.next()).toEqual(answerTo(asked, { answers: [a('203.0.113.1')] }));
  expect(records).toMatchObject([
    {
      transport: 'tcp',
      name: 'x.example',
      rcode: 'NOERROR',
      server: SERVER,
      client: { address: '127.0.0.1', port: client.socket.localPort },
    },
  ]);
});

test('many queries in one segment are answered as they become ready', async () => {
  const held: (() => void)[] = [];
  const server = net.createServer((socket) => {
    socket.once('data', (chunk: Buffer) => {
      const message = Buffer.from(chunk.subarray(2));
      const answer = (): void => {
        socket.write(frame(answerTo(message)));
      };
      // The first to be asked is answered when the last has been.
      if (message.includes('slow')) held.push(answer);
      else answer();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { connect, records } = await setting({
    upstreams: [{ address: '127.0.0.1', port: (server.address() as AddressInfo).port }],
  });
  const client = await connect();
  client.socket.write(
    Buffer.concat([frame(query('slow.example', { id: 1 })), frame(query('fast.example', { id: 2 }))]),
  );
  expect((await client.next())?.readUInt16BE(0)).toBe(2);
  for (const answer of held) answer();
  expect((await client.next())?.readUInt16BE(0)).toBe(1);
  expect(records.map((record) => record.name)).toEqual(['fast.example', 'slow.example']);
  server.close();
});

test('of a flood on one connection every query is answered and recorded', async () => {
  const { connect, records } = await setting({ upstreams: [await upstream(good)] });
  const client = await connect();
  const count = 600;
  const warnings: string[] = [];
  const onWarning = (warning: Error): number => warnings.push(warning.message);
  process.on('warning', onWarning);
  const ids = Array.from({ length: count }, (_, id) => id);
  client.socket.write(Buffer.concat(ids.map((id) => frame(query('x.example', { id })))));
  const answered: (number | undefined)[] = [];
  for (let index = 0; index < count; index += 1) answered.push((await client.next())?.readUInt16BE(0));
  expect(answered.sort((left, right) => (left ?? 0) - (right ?? 0))).toEqual(ids);
  expect(records).toHaveLength(count);
  process.off('warning', onWarning);
  // Node's own remarks would appear among what the command says.
  expect(warnings).toEqual([]);
});

test('a client that has closed its side is still answered, whatever made its connection', async () => {
  const { resolver } = await setting({ upstreams: [await upstream(good)] });
  const server = net.createServer((socket) => resolver.attachTcp(socket, SERVER));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = net.connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  socket.end(Buffer.concat([frame(query('x.example', { id: 1 })), frame(query('y.example', { id: 2 }))]));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks)).toHaveLength(
    2 * frame(answerTo(query('x.example'), { answers: [a('203.0.113.1')] })).length,
  );
  server.close();
});

test('a message without a header ends the connection', async () => {
  const { connect, records } = await setting({ upstreams: [await upstream(good)] });
  const client = await connect();
  expect(await client.ask(Buffer.alloc(11))).toBeNull();
  expect(records).toEqual([]);
});

test('a client that goes before it is answered leaves its queries in the record', async () => {
  const { connect, recorded, records } = await setting({ upstreams: [await upstream(good)] });
  const client = await connect();
  client.socket.end(frame(query('gone.example', { type: TYPE.TXT })));
  client.socket.destroy();
  await recorded(1);
  expect(records).toMatchObject([{ name: 'gone.example', type: 'TXT' }]);
});
