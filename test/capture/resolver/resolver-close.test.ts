import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { parseHosts } from '../../../src/capture/resolver/hosts-file.js';
import { frame } from '../../../src/capture/resolver/tcp-frames.js';
import { answerTo, query, RCODE, rcodeOf } from './support/messages.js';
import { cleanUp, setting, upstream } from './support/setting.js';

afterEach(cleanUp);

/** Longer than the test may take: only an abort ends the wait. */
const PATIENT = { timeout: 3_600_000, attempts: 1 };

/** Resolves at the n-th query that the server sees. */
function silentServer(count: number) {
  let seen = 0;
  let tell = (): void => {};
  const all = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = upstream(() => {
    seen += 1;
    if (seen === count) tell();
    return [];
  });
  return { server, all };
}

test('what is open at the end is recorded as aborted, once', async () => {
  const { server, all } = silentServer(2);
  const { tell, connect, close, records } = await setting({ upstreams: [await server], timing: PATIENT });
  const client = await connect();
  await tell(query('udp.example'));
  client.socket.write(frame(query('tcp.example')));
  await all;
  await close();
  await close();
  expect(
    records.map(({ name, failure, rcode, durationMs }) => [name, failure, rcode, durationMs]).sort(),
  ).toEqual([
    ['tcp.example', 'ABORTED', null, null],
    ['udp.example', 'ABORTED', null, null],
  ]);
  expect(await client.next()).toBeNull();
});

test('queries that waited for their turn on a connection are recorded too', async () => {
  const { server, all } = silentServer(256);
  const { connect, close, records } = await setting({ upstreams: [await server], timing: PATIENT });
  const client = await connect();
  client.socket.write(
    Buffer.concat(Array.from({ length: 300 }, (_, id) => frame(query('x.example', { id })))),
  );
  await all;
  // Time for another one to be asked, if it were not held back.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await server).asked).toHaveLength(256);
  await close();
  expect(records).toHaveLength(300);
});

test('an end between the truncated answer and the whole one is an end', async () => {
  const held: (() => Promise<void>)[] = [];
  const server = await upstream((message, transport) => {
    if (transport === 'tcp') for (const close of held) close();
    return transport === 'udp' ? [answerTo(message, { truncated: true })] : [];
  });
  const { tell, close, recorded, records } = await setting({ upstreams: [server], timing: PATIENT });
  held.push(close);
  await tell(query('x.example'));
  await recorded(1);
  expect(records).toMatchObject([{ failure: 'ABORTED' }]);
});

test('a socket that somebody else has closed does no harm', async () => {
  const { server, all } = silentServer(1);
  const answering = await upstream((message) => [answerTo(message)]);
  const first = await setting({ upstreams: [await server], timing: { timeout: 100, attempts: 1 } });
  const second = await setting({ upstreams: [answering] });
  await first.tell(query('x.example'));
  await all;
  first.udp.close();
  await first.recorded(1);
  await first.close();
  // In the same turn, before anybody can have been told of it.
  second.udp.close();
  await second.close();
  expect(first.records).toMatchObject([{ failure: 'TIMEOUT' }]);
});

test('random bytes over UDP are survived, and each that has a header is recorded once', async () => {
  const { ask, records } = await setting({ upstreams: [], hosts: parseHosts('198.51.100.7 build.example') });
  let expected = 0;
  const noise = fc.uint8Array({ minLength: 12, maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const damaged = fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]) => {
    const bytes = query('build.example', { payload: 1232 });
    bytes[at % bytes.length] = value;
    return bytes;
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(noise, damaged), async (message) => {
      const answer = await ask(message);
      expected += 1;
      expect(answer.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      expect([RCODE.NOERROR, RCODE.FORMERR, RCODE.SERVFAIL]).toContain(rcodeOf(answer));
      expect(records).toHaveLength(expected);
    }),
    { seed: 12, numRuns: 300 },
  );
});

test('random bytes over TCP are survived', async () => {
  const { connect, ask } = await setting({ upstreams: [], hosts: parseHosts('198.51.100.7 build.example') });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const client = await connect();
      client.socket.end(bytes);
      if (!client.socket.closed) await once(client.socket, 'close');
    }),
    { seed: 13, numRuns: 60 },
  );
  expect(rcodeOf(await ask(query('build.example')))).toBe(RCODE.NOERROR);
});

test('beyond so many open queries the next ones are not asked, but answered and recorded', async () => {
  const bound = 1024;
  const { server, all } = silentServer(bound);
  const { connect, close, records, ask, recorded } = await setting({
    upstreams: [await server],
    timing: PATIENT,
  });
  // 256 at once of each connection.
  for (let count = 0; count < bound / 256; count += 1) {
    const { socket } = await connect();
    socket.write(Buffer.concat(Array.from({ length: 256 }, (_, id) => frame(query('open.example', { id })))));
  }
  await all;
  expect(rcodeOf(await ask(query('more.example')))).toBe(RCODE.SERVFAIL);
  await recorded(1);
  expect(records).toMatchObject([{ name: 'more.example', rcode: null, failure: 'LIMIT' }]);
  expect((await server).asked).toHaveLength(bound);
  await close();
  expect(records).toHaveLength(bound + 1);
});
