import { expect, test } from 'vitest';
import { withoutCanary } from '../../../src/capture/import/without-canary.js';
import type { ConnectionEvent } from '../../../src/model/event.js';
import { query } from '../../report/sample.js';

const flow = (id: number, address: string, port: number): ConnectionEvent => ({
  kind: 'connection',
  id,
  at: 0,
  actorId: null,
  address,
  port,
  localPort: 40000,
  host: address,
  hostSource: 'address',
  protocol: 'none',
  resolvedNames: [],
  bytesSent: 0,
  bytesReceived: 0,
  verdict: 'allowed',
  failure: null,
  durationMs: 1,
  sni: null,
  alpn: [],
  ech: false,
  httpHost: null,
  tunnel: null,
  disagreements: [],
});

test('the canary of a capture that egresslock has written is no event; what looks like it elsewhere is', () => {
  const events = [
    query(1, '00ff.canary.egresslock.invalid', { server: '192.0.2.1' }),
    flow(2, '192.0.2.1', 9),
    flow(3, '192.0.2.2', 9),
    flow(4, '192.0.2.1', 443),
    query(5, 'canary.egresslock.invalid.example', { server: '192.0.2.1' }),
  ];
  expect(withoutCanary(events).map(({ id }) => id)).toEqual([3, 4, 5]);
});
