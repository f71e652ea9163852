import { describe, expect, test } from 'vitest';
import { history, past } from './pasts.js';
import { accepted, connect, findings, LEFT, said, story } from './scenes.js';

describe('volume-spike', () => {
  const before = history(
    [past('x.example')],
    [past('x.example', { bytesSent: 40_000 })],
    [past('x.example')],
  );
  const sent = (bytesSent: number, bytesReceived = 500) =>
    story([connect(LEFT, 'x.example', { bytesSent, bytesReceived })]);
  const spike = (record = sent(2_000_000), runs = before) =>
    said(record, accepted(record), { history: runs });

  test('far above the most that earlier runs have sent', () => {
    expect(spike()).toEqual(['high volume-spike']);
    const record = sent(2_000_000);
    expect(findings(record, accepted(record), { history: before })[0]?.message).toContain(
      '2.0 MB sent to `x.example:443/tls`, where 3 earlier runs sent 40.0 kB at most',
    );
  });

  test.for([
    { what: 'too few runs', record: sent(2_000_000), runs: before.slice(1) },
    { what: 'not five times as much', record: sent(190_000), runs: before },
    {
      what: 'five times next to nothing',
      record: sent(200_000),
      runs: before.map((run) => ({ ...run, destinations: [past('x.example')] })),
    },
    { what: 'more came back', record: sent(2_000_000, 90_000_000), runs: before },
    {
      what: 'another phase',
      record: sent(2_000_000),
      runs: before.map((run) => ({ ...run, phase: 'test' })),
    },
  ])('$what: nothing', ({ record, runs }) => {
    expect(spike(record, runs)).toEqual([]);
  });
});
