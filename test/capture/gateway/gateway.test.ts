import { afterEach, expect, test } from 'vitest';
import type { Announcement } from '../../../src/capture/gateway/announcements.js';
import { Gateway, type GatewayOptions } from '../../../src/capture/gateway/gateway.js';
import type { ConnectionEvent } from '../../../src/model/event.js';
import { CONSTANTS as C } from '../../../src/sandbox/syscalls.js';

const gateways: Gateway[] = [];
afterEach(() => {
  for (const gateway of gateways.splice(0)) gateway.close();
});

function setting(some: Partial<GatewayOptions> = {}) {
  const events: ConnectionEvent[] = [];
  let limits = 0;
  const gateway = new Gateway({
    sink: {
      nextId: () => events.length,
      emit: (event) => {
        if (event.kind === 'connection') events.push(event);
      },
    },
    now: () => 5,
    drain: () => {},
    namesOf: () => [],
    hostsNamesOf: () => [],
    serveDns: () => {},
    isGivenResolver: () => false,
    canary: { address: '127.0.0.1', port: 1 },
    gate: null,
    sinkhole: null,
    onLimit: () => {
      limits += 1;
    },
    ...some,
  });
  gateways.push(gateway);
  return { gateway, events, limits: () => limits };
}

/** Of a connect to a resolver: nothing is dialled for it. */
const ANNOUNCEMENT: Announcement = {
  at: 0,
  actorId: 1,
  address: '127.0.0.1',
  port: 53,
  descriptor: -1,
  blocking: false,
};

test('more connects than can be held are refused and recorded, and the bound is told', async () => {
  const { gateway, events, limits } = setting();
  for (let count = 0; count < 4096; count += 1) expect(await gateway.announced.connect(ANNOUNCEMENT)).toBe(0);
  expect([events.length, limits()]).toEqual([0, 0]);
  expect(await gateway.announced.connect(ANNOUNCEMENT)).toBe(C.ECONNREFUSED);
  expect(limits()).toBe(1);
  expect(events).toMatchObject([{ port: 53, failure: 'ECONNREFUSED', actorId: 1 }]);
});

test('a connect that never arrives is told with the ruling that was made', async () => {
  const ruling = { isAllowed: true, rule: 'a rule' };
  const { gateway, events } = setting({
    gate: {
      lookUp: () => ({ isAllowed: true }),
      answer: () => ({ isAllowed: true }),
      flow: () => ruling,
      claims: () => ruling,
      spend: () => ruling,
    },
  });
  // Port 1 of the loopback: whatever becomes of the dial, nobody waits for it.
  expect(await gateway.announced.connect({ ...ANNOUNCEMENT, port: 1 })).toBe(0);
  gateway.close();
  expect(events).toMatchObject([{ failure: 'ENOTACCEPTED', verdict: 'allowed', rule: 'a rule' }]);
});
