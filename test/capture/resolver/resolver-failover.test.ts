import { afterEach, expect, test } from 'vitest';
import { a, answerCount, answerTo, query, RCODE, rcodeOf, TYPE, uint16 } from './support/messages.js';
import { cleanUp, setting, upstream } from './support/setting.js';
import { type Behaviour, startUpstream } from './support/upstream.js';

afterEach(cleanUp);

/** Short, because silence is waited for; many rounds, because a machine may be busy. */
const HASTY = { timeout: 200, attempts: 5 };
const asked = query('x.example', { id: 0xabcd });
const good: Behaviour = (message) => [answerTo(message, { answers: [a('203.0.113.1')] })];
const silent: Behaviour = () => [];
const says =
  (rcode: number): Behaviour =>
  (message) => [answerTo(message, { rcode })];

test('what the server says goes through as it is, with the identifier of the client', async () => {
  const record = { type: 4711, data: Buffer.from('any bytes') };
  const server = await upstream((message) => [answerTo(message, { answers: [record], authority: [record] })]);
  const { ask, records } = await setting({ upstreams: [server] });
  expect(await ask(asked)).toEqual(answerTo(asked, { answers: [record], authority: [record] }));
  expect(records).toMatchObject([
    {
      client: { address: '127.0.0.1' },
      server: { address: '198.51.100.53', port: 53 },
      transport: 'udp',
      name: 'x.example',
      meant: 'x.example',
      type: 'A',
      rcode: 'NOERROR',
      failure: null,
      cnames: [],
      answers: [`TYPE4711 ${record.data.toString('hex')}`],
    },
  ]);
  expect(records[0]?.durationMs).toBeGreaterThanOrEqual(0);
});

test('the server is asked what the client asked, but for the identifier', async () => {
  const server = await upstream(good);
  const { ask } = await setting({ upstreams: [server] });
  const withOptions = query('x.example', { type: TYPE.MX, payload: 1400 });
  await ask(withOptions);
  expect(server.asked.map(({ message }) => message.subarray(2))).toEqual([withOptions.subarray(2)]);
});

test.each([
  ['is silent', silent],
  ['fails', says(RCODE.SERVFAIL)],
  ['refuses', says(RCODE.REFUSED)],
  [
    'answers with another identifier',
    (message) => [Buffer.concat([uint16(message.readUInt16BE(0) ^ 1), answerTo(message).subarray(2)])],
  ],
  [
    'answers another name',
    (message) => [answerTo(Buffer.concat([message.subarray(0, 2), query('y.example').subarray(2)]))],
  ],
  [
    'answers another type',
    (message) => [
      answerTo(Buffer.concat([message.subarray(0, 2), query('x.example', { type: 33 }).subarray(2)])),
    ],
  ],
  ['echoes the query', (message) => [message]],
  ['sends noise', () => [Buffer.from('no DNS'), Buffer.alloc(12), Buffer.alloc(300, 0xff)]],
] satisfies [string, Behaviour][])(
  'where the first server %s, the second is asked',
  async (_what, behave) => {
    const first = await upstream(behave);
    const { ask, records } = await setting({ upstreams: [first, await upstream(good)], timing: HASTY });
    expect(await ask(asked)).toEqual(answerTo(asked, { answers: [a('203.0.113.1')] }));
    expect(first.asked.length).toBeGreaterThan(0);
    expect(records).toMatchObject([{ rcode: 'NOERROR', answers: ['203.0.113.1'] }]);
  },
);

test.each(['127.0.0.1', '255.255.255.255'])(
  'a server at %s that cannot be reached is passed over',
  async (address) => {
    const gone = await startUpstream(silent);
    await gone.close();
    const upstreams = [{ address, port: gone.port }, await upstream(good)];
    // At once: nobody waits for such a server.
    const { ask } = await setting({ upstreams, timing: { timeout: 3_600_000, attempts: 1 } });
    expect(answerCount(await ask(asked))).toBe(1);
  },
);

test('an answer for HTTPS is none for TYPE97, though the bytes differ as cases do', async () => {
  const server = await upstream((message) => {
    const other = Buffer.from(message);
    other.writeUInt16BE(97, other.length - 4);
    return [answerTo(other)];
  });
  const { ask, records } = await setting({ upstreams: [server], timing: { timeout: 100, attempts: 1 } });
  await ask(query('x.example', { type: TYPE.HTTPS }));
  expect(records).toMatchObject([{ failure: 'TIMEOUT' }]);
});

test('an answer in another case is an answer', async () => {
  const server = await upstream((message) => [
    answerTo(
      Buffer.from(message.toString('latin1').replace('x.', 'x.').replace('EXAMPLE', 'example'), 'latin1'),
    ),
  ]);
  const { ask, records } = await setting({ upstreams: [server] });
  await ask(query('x.EXAMPLE'));
  expect(records).toMatchObject([{ name: 'x.example', rcode: 'NOERROR' }]);
});

test('no other server does better: the failure that was answered is the answer', async () => {
  const servers = [await upstream(says(RCODE.SERVFAIL)), await upstream(silent)];
  const { ask, records } = await setting({ upstreams: servers, timing: HASTY });
  expect(rcodeOf(await ask(asked))).toBe(RCODE.SERVFAIL);
  expect(records).toMatchObject([{ rcode: 'SERVFAIL', failure: null }]);
});

test('a name that does not exist is an answer, and the last', async () => {
  const second = await upstream(good);
  const { ask, records } = await setting({ upstreams: [await upstream(says(RCODE.NXDOMAIN)), second] });
  expect(rcodeOf(await ask(asked))).toBe(RCODE.NXDOMAIN);
  expect(records).toMatchObject([{ rcode: 'NXDOMAIN', failure: null, answers: [] }]);
  expect(second.asked).toEqual([]);
});

test('FORMERR without a question is an answer', async () => {
  const server = await upstream((message) => [
    Buffer.concat([message.subarray(0, 2), uint16(0x8181, 0, 0, 0, 0)]),
  ]);
  const { ask, records } = await setting({ upstreams: [server] });
  expect(rcodeOf(await ask(asked))).toBe(RCODE.FORMERR);
  expect(records).toMatchObject([{ rcode: 'FORMERR', failure: null }]);
});

test('silence of all is recorded after each was asked in each round, and told as SERVFAIL', async () => {
  const servers = [await upstream(silent), await upstream(silent)];
  const { ask, records } = await setting({ upstreams: servers, timing: { timeout: 50, attempts: 2 } });
  expect(rcodeOf(await ask(asked))).toBe(RCODE.SERVFAIL);
  expect(records).toMatchObject([{ name: 'x.example', rcode: null, failure: 'TIMEOUT', durationMs: null }]);
  expect(servers.map((server) => server.asked.length)).toEqual([2, 2]);
});

test('without a server nothing can be reached', async () => {
  const { ask, records } = await setting({ upstreams: [] });
  expect(rcodeOf(await ask(asked))).toBe(RCODE.SERVFAIL);
  expect(records).toMatchObject([{ rcode: null, failure: 'UNREACHABLE' }]);
});

test('each question to a server has an identifier of its own', async () => {
  const server = await upstream(good);
  const { ask } = await setting({ upstreams: [server] });
  for (let count = 0; count < 8; count += 1) await ask(asked);
  expect(new Set(server.asked.map(({ message }) => message.readUInt16BE(0))).size).toBeGreaterThan(4);
});
