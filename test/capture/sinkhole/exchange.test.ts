import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createExchanges, type Exchange } from '../../../src/capture/sinkhole/exchange.js';
import { EMPTY_ANSWER } from '../../../src/capture/sinkhole/recorded-answers.js';
import type { EgressEvent } from '../../../src/model/event.js';

const CARRIER = {
  actorId: 1,
  connectionId: 2,
  host: 'web.example',
  port: 80,
  protocol: 'http',
} as const;

function setting(reveal: boolean) {
  const events: EgressEvent[] = [];
  let next = 1;
  let limits = 0;
  let answered = 0;
  const take = createExchanges({
    sink: { nextId: () => next++, emit: (event) => events.push(event) },
    now: () => 0,
    answers: () => EMPTY_ANSWER,
    reveal,
    onLimit: () => {
      limits += 1;
    },
  });
  const exchange = (given: Partial<Exchange>): Exchange => ({
    method: 'GET',
    path: '/',
    fields: [],
    body: Readable.from([]),
    respond: () => {
      answered += 1;
    },
    ...given,
  });
  return {
    take: (given: Partial<Exchange>) => take(exchange(given), CARRIER),
    events,
    limits: () => limits,
    answered: () => answered,
  };
}

test('the request is known before its body, and its outcome after it', async () => {
  const { take, events } = setting(false);
  const body = new Readable({ read: () => {} });
  take({ method: 'POST', body });
  expect(events).toMatchObject([{ id: 1, status: 0, bodyBytes: 0, body: null }]);
  body.push(Buffer.from('abc'));
  body.push(null);
  await expect.poll(() => events).toHaveLength(2);
  expect(events[1]).toMatchObject({ id: 1, status: 200, bodyBytes: 3, body: null });
});

test('a long path, many fields: no more is kept than the bounds', () => {
  const { take, events } = setting(true);
  const fields = Array.from({ length: 500 }, (_, index) => ({ name: `x-${index}`, value: 'é' }));
  take({ path: `/${'a'.repeat(100_000)}`, fields });
  const [event] = events;
  if (event?.kind !== 'request') throw new Error('expected a request');
  expect(event.path).toHaveLength(8192);
  expect(event.headers).toHaveLength(128);
  expect(event.headers[0]).toEqual({ name: 'x-0', bytes: 1, value: 'é' });
});

test('requests beyond the bound are answered, not recorded, and the capture hears of it once', async () => {
  const { take, events, limits, answered } = setting(false);
  for (let index = 0; index < 50_010; index += 1) take({});
  await expect.poll(answered, { timeout: 20_000 }).toBe(50_010);
  expect(limits()).toBe(1);
  expect(new Set(events.map(({ id }) => id)).size).toBe(50_000);
});
