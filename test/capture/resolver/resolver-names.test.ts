import { afterEach, expect, test } from 'vitest';
import { a, answerTo, query, RCODE, TYPE, uint16, wireName } from './support/messages.js';
import { cleanUp, setting, upstream } from './support/setting.js';

afterEach(cleanUp);

test('an address has the name that was asked, not the links of its chain', async () => {
  const cname = { type: TYPE.CNAME, data: wireName('cdn.example') };
  const mapped = { type: TYPE.AAAA, data: Buffer.from('00000000000000000000ffffcb007101', 'hex') };
  const server = await upstream((message) => [
    answerTo(message, { answers: [cname, a('203.0.113.1'), mapped] }),
  ]);
  const { ask, records, resolver } = await setting({ upstreams: [server] });
  await ask(query('one.example'));
  await ask(query('two.example'));
  expect(records[0]).toMatchObject({ cnames: ['cdn.example'], answers: ['203.0.113.1', '203.0.113.1'] });
  expect(resolver.namesOf('203.0.113.1')).toEqual(['two.example', 'one.example']);
  expect(resolver.namesOf('203.0.113.2')).toEqual([]);
});

test('a reverse name is forwarded and recorded, and names no address', async () => {
  const server = await upstream((message) => [
    answerTo(message, { answers: [{ type: TYPE.PTR, data: wireName('cdn.example') }] }),
  ]);
  const { ask, records, resolver } = await setting({ upstreams: [server] });
  await ask(query('1.113.0.203.in-addr.arpa', { type: TYPE.PTR }));
  expect(records).toMatchObject([
    { name: '1.113.0.203.in-addr.arpa', type: 'PTR', answers: ['cdn.example'] },
  ]);
  expect(resolver.namesOf('203.0.113.1')).toEqual([]);
});

test.each([
  ['NXDOMAIN', { rcode: RCODE.NXDOMAIN }, 'registry.example'],
  ['no records', {}, 'registry.example'],
  ['an address', { answers: [a('203.0.113.1')] }, 'registry.example.corp.internal'],
  [
    'only an alias',
    { answers: [{ type: TYPE.CNAME, data: wireName('y.example') }] },
    'registry.example.corp.internal',
  ],
])('a search expansion that was answered with %s', async (_what, answer, meant) => {
  const server = await upstream((message) => [answerTo(message, answer)]);
  const { ask, records } = await setting({ upstreams: [server], search: ['corp.internal'] });
  await ask(query('registry.example.corp.internal'));
  expect(records).toMatchObject([{ name: 'registry.example.corp.internal', meant }]);
});

test.each(['udp', 'tcp'] as const)('no ECH configuration reaches the command over %s', async (transport) => {
  const parameters = (key: number) =>
    Buffer.concat([uint16(1, 3), Buffer.from('\x02h2'), uint16(key, 2), uint16(key === 5 ? 0xfe0d : 0)]);
  const service = (key: number) => ({
    type: TYPE.HTTPS,
    data: Buffer.concat([uint16(1), Buffer.of(0), parameters(key)]),
  });
  const server = await upstream((message) => [answerTo(message, { answers: [service(5)] })]);
  const { ask, connect } = await setting({ upstreams: [server] });
  const asked = query('x.example', { type: TYPE.HTTPS });
  const answer = transport === 'udp' ? await ask(asked) : await (await connect()).ask(asked);
  expect(answer).toEqual(answerTo(asked, { answers: [service(65_534)] }));
});
