import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { dial, type Upstream } from '../../../src/capture/gateway/dial.js';
import { type RelayResult, relay, type Tap } from '../../../src/capture/gateway/relay.js';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Two ends of a TCP connection on 127.0.0.1. */
async function pair(): Promise<[Socket, Socket]> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const left = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [[right]] = (await Promise.all([once(server, 'connection'), once(left, 'connect')])) as [
    [Socket],
    unknown,
  ];
  server.close();
  left.on('error', () => {});
  sockets.push(left, right);
  return [left, right];
}

/** A connection that the gateway has made, and the service at its other end. */
async function dialled(): Promise<[Upstream, Socket]> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const outcome = await dial('127.0.0.1', (server.address() as AddressInfo).port).outcome;
  const [service] = (await accepted) as [Socket];
  server.close();
  if (!outcome.connected) throw new Error(`expected a connection, got ${outcome.code}`);
  sockets.push(outcome.upstream.socket, service);
  return [outcome.upstream, service];
}

/** Command, relay, service. */
async function joined(
  tap: Tap = () => {},
): Promise<{ command: Socket; service: Socket; result: Promise<RelayResult> }> {
  const [command, client] = await pair();
  const [upstream, service] = await dialled();
  return { command, service, result: relay(client, upstream, tap) };
}

/** Reads to the end without ending the other direction, as an iterator would. */
async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

test('each direction ends on its own, and all bytes are counted and shown', async () => {
  const shown = { sent: '', received: '' };
  const { command, service, result } = await joined((direction, chunk) => {
    shown[direction] += chunk.toString();
  });
  command.end('question');
  // The service speaks only when it has seen the end.
  expect((await readAll(service)).toString()).toBe('question');
  service.end('long answer');
  expect((await readAll(command)).toString()).toBe('long answer');
  expect(await result).toEqual({ bytesSent: 8, bytesReceived: 11, failure: null });
  expect(shown).toEqual({ sent: 'question', received: 'long answer' });
});

test('a slow reader holds the writer back, and nothing is lost', async () => {
  const { command, service, result } = await joined();
  const block = Buffer.alloc(1 << 20, 7);
  const blocks = 64;
  let taken = 0;
  for (let count = 0; count < blocks; count += 1) command.write(block, () => (taken += 1));
  command.end();
  // As long as blocks go, the buffers on the way are not full.
  for (let before = -1; before !== taken; ) {
    before = taken;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(taken).toBeLessThan(blocks);
  const { length } = await readAll(service);
  service.end();
  command.resume();
  expect(await result).toEqual({ bytesSent: blocks << 20, bytesReceived: 0, failure: null });
  expect(length).toBe(blocks << 20);
});

test('what a slow command has not taken yet is not written over by what comes next', async () => {
  const { command, service, result } = await joined();
  const length = 48 << 20;
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(at, at);
  service.end(bytes);
  const chunks: Buffer[] = [];
  command.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    command.pause();
    setImmediate(() => command.resume());
  });
  await once(command, 'end');
  command.end();
  expect(await result).toEqual({ bytesSent: 0, bytesReceived: length, failure: null });
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
});

test.each(['command', 'service'] as const)('a reset of the %s is one for the other side', async (who) => {
  const ends = await joined();
  const other = who === 'command' ? ends.service : ends.command;
  ends.command.write('x');
  ends.service.write('y');
  const both = Promise.all([once(ends.service, 'data'), once(ends.command, 'data')]);
  ends.service.resume();
  await both;
  const seen = once(other, 'error');
  ends[who].resetAndDestroy();
  expect(await seen).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(await ends.result).toEqual({ bytesSent: 1, bytesReceived: 1, failure: 'ECONNRESET' });
});

test.each(['client', 'upstream'] as const)(
  'an end by our own hand of the %s resets the other side',
  async (which) => {
    const [command, client] = await pair();
    const [upstream, service] = await dialled();
    const result = relay(client, upstream, () => {});
    const other = which === 'client' ? service : command;
    service.on('error', () => {});
    other.resume();
    const seen = once(other, 'error');
    (which === 'client' ? client : upstream.socket).destroy();
    expect(await seen).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(await result).toEqual({ bytesSent: 0, bytesReceived: 0, failure: null });
  },
);
