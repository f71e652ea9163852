import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeDifference, reconcile } from '../../../src/capture/witness/reconcile.js';
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

const NONE: ReadonlySet<string> = new Set();

test('two witnesses who say the same leave nothing', () => {
  const records = [seen('tcp', 1), seen('tcp', 1), seen('udp', 2), seen('other', 3)];
  const accepted = {
    tcp: new Set(['1 203.0.113.9 443']),
    udp: new Set(['2 203.0.113.9 443']),
    udpCalls: NONE,
  };
  expect(reconcile(records, accepted)).toEqual({ unrecorded: [], unseen: [] });
});

test('tells both sides, sorted, and TCP from UDP', () => {
  const records = [seen('tcp', 1), seen('udp', 9), seen('tcp', 3, '2001:db8::9')];
  const accepted = {
    tcp: new Set(['9 203.0.113.9 443', '3 2001:db8::9 80']),
    udp: new Set(['1 203.0.113.9 443']),
    udpCalls: NONE,
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
      const difference = reconcile(records, {
        tcp: books(tcpBooks),
        udp: books(udpBooks),
        udpCalls: NONE,
      });
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

test('a flow of which only the call is known may be on the wire or not', () => {
  const udpCalls = new Set(['1 203.0.113.9 443', '2 203.0.113.9 443']);
  const books = { tcp: NONE, udp: NONE, udpCalls };
  expect(reconcile([seen('udp', 1)], books)).toEqual({ unrecorded: [], unseen: [] });
  expect(reconcile([seen('tcp', 1)], books).unrecorded).toEqual(['tcp 1 203.0.113.9 443']);
});

test('says of a difference what it is, and names five at most', () => {
  expect(describeDifference({ unrecorded: [], unseen: [] }, 0)).toBeNull();
  expect(describeDifference({ unrecorded: ['udp 1 a 2'], unseen: ['tcp 3 b 4'] }, 2)).toBe(
    'on the wire only: udp 1 a 2; in the books only: tcp 3 b 4; 2 connections that no held call had announced',
  );
  const many = Array.from({ length: 7 }, (_, index) => `tcp ${index}`);
  expect(describeDifference({ unrecorded: many, unseen: [] }, 0)).toMatch(/tcp 4 and 2 more$/);
});
