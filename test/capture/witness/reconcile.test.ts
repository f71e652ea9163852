import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reconcile } from '../../../src/capture/witness/reconcile.js';
import type { WitnessRecord } from '../../../src/capture/witness/record.js';

const seen = (
  kind: WitnessRecord['kind'],
  sourcePort: number,
  address = '203.0.113.9',
  port = 443,
): WitnessRecord => ({
  kind,
  at: 0,
  sourcePort,
  address,
  port,
  protocol: kind === 'tcp' ? 6 : 17,
});

test('two witnesses who say the same leave nothing', () => {
  const records = [seen('tcp', 1), seen('tcp', 1), seen('udp', 2), seen('other', 3)];
  const accepted = { tcp: new Set(['1 203.0.113.9 443']), udp: new Set(['2 203.0.113.9 443']) };
  expect(reconcile(records, accepted)).toEqual({ unrecorded: [], unseen: [] });
});

test('tells both sides, sorted, and TCP from UDP', () => {
  const records = [seen('tcp', 1), seen('udp', 9), seen('tcp', 3, '2001:db8::9')];
  const accepted = {
    tcp: new Set(['9 203.0.113.9 443', '3 2001:db8::9 80']),
    udp: new Set(['1 203.0.113.9 443']),
  };
  expect(reconcile(records, accepted)).toEqual({
    unrecorded: ['tcp 1 203.0.113.9 443', 'tcp 3 2001:db8::9 443', 'udp 9 203.0.113.9 443'],
    unseen: ['tcp 3 2001:db8::9 80', 'tcp 9 203.0.113.9 443', 'udp 1 203.0.113.9 443'],
  });
});

test('a flow is told exactly where one side has it and the other has not', () => {
  const ports = fc.uniqueArray(fc.nat(12));
  fc.assert(
    fc.property(ports, ports, ports, ports, (tcpSeen, tcpBooks, udpSeen, udpBooks) => {
      const books = (list: readonly number[]) => new Set(list.map((port) => `${port} 203.0.113.9 443`));
      const flows = (kind: string, list: readonly number[], other: readonly number[]) =>
        list.filter((port) => !other.includes(port)).map((port) => `${kind} ${port} 203.0.113.9 443`);
      const records = [
        ...tcpSeen.map((port) => seen('tcp', port)),
        ...udpSeen.map((port) => seen('udp', port)),
      ];
      const difference = reconcile(records, { tcp: books(tcpBooks), udp: books(udpBooks) });
      expect(difference.unrecorded).toEqual(
        [...flows('tcp', tcpSeen, tcpBooks), ...flows('udp', udpSeen, udpBooks)].sort(),
      );
      expect(difference.unseen).toEqual(
        [...flows('tcp', tcpBooks, tcpSeen), ...flows('udp', udpBooks, udpSeen)].sort(),
      );
    }),
    { seed: 3, numRuns: 300 },
  );
});
