import { afterEach, expect, test } from 'vitest';
import { a, answerCount, answerTo, isTruncated, query, TYPE } from './support/messages.js';
import { cleanUp, setting, upstream } from './support/setting.js';

afterEach(cleanUp);

/** An answer of so many bytes. */
function sized(asked: Buffer, length: number): Buffer {
  const empty = answerTo(asked, { answers: [{ type: TYPE.TXT, data: Buffer.alloc(0) }] });
  return answerTo(asked, { answers: [{ type: TYPE.TXT, data: Buffer.alloc(length - empty.length, 7) }] });
}

test.each([
  [512, undefined, false],
  [513, undefined, true],
  [1232, 1232, false],
  [1233, 1232, true],
  [512, 100, false],
])('an answer of %i bytes to a client that takes %s is cut: %s', async (length, payload, isCut) => {
  const server = await upstream((message) => [sized(message, length)]);
  const { ask } = await setting({ upstreams: [server] });
  const asked = query('x.example', { type: TYPE.TXT, ...(payload === undefined ? {} : { payload }) });
  const answer = await ask(asked);
  expect(isTruncated(answer)).toBe(isCut);
  expect(answer).toEqual(isCut ? answerTo(asked, { truncated: true }) : sized(asked, length));
});

test('a truncated answer is fetched whole over TCP, and recorded whole', async () => {
  const addresses = Array.from({ length: 60 }, (_, index) => `203.0.113.${index}`);
  const server = await upstream((message, transport) => [
    transport === 'udp'
      ? answerTo(message, { truncated: true })
      : answerTo(message, { answers: addresses.map(a) }),
  ]);
  const { ask, records } = await setting({ upstreams: [server] });
  const answer = await ask(query('x.example', { payload: 4096 }));
  expect(isTruncated(answer)).toBe(false);
  expect(answerCount(answer)).toBe(60);
  expect(records[0]?.answers).toEqual([...addresses].sort());
  expect(server.asked.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
});

test('where the server has no TCP, the truncated answer is passed on', async () => {
  const server = await upstream((message, transport) =>
    transport === 'udp'
      ? [answerTo(message, { truncated: true, answers: [a('203.0.113.1')] })]
      : [Buffer.from('no')],
  );
  const { ask, records } = await setting({ upstreams: [server] });
  const answer = await ask(query('x.example'));
  expect(isTruncated(answer)).toBe(true);
  expect(records).toMatchObject([{ rcode: 'NOERROR', answers: ['203.0.113.1'] }]);
});

test('over TCP nothing is cut, up to the longest message', async () => {
  const server = await upstream((message) => [sized(message, 65_535)]);
  const { connect } = await setting({ upstreams: [server] });
  const client = await connect();
  const asked = query('x.example', { type: TYPE.TXT });
  expect(await client.ask(asked)).toEqual(sized(asked, 65_535));
  expect(server.asked.map(({ transport }) => transport)).toEqual(['tcp']);
});
