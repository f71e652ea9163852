/* Longer than others: each format is held against the same records, damaged in the same ways. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureFileError } from '../../../../src/capture/import/file/capture-file-error.js';
import { MAXIMUM_PACKET } from '../../../../src/capture/import/file/captured-packet.js';
import { readCapture } from '../../../../src/capture/import/file/read-capture.js';
import { pcap, pcapng, pcapngBlocks, type Record } from '../support/capture-files.js';
import { packetsOf, readWhole, source } from '../support/reading.js';

const RECORDS: readonly Record[] = [
  { at: 1_700_000_000_123.456, bytes: Buffer.from('first') },
  { at: 1_700_000_001_000, bytes: Buffer.alloc(0) },
  { at: 1_699_999_999_999.5, bytes: Buffer.from('cut'), originalLength: 1500 },
];
const PACKETS = RECORDS.map(({ at, bytes, originalLength = bytes.length }) => ({
  at,
  bytes: bytes.toString('hex'),
  originalLength,
  linkType: 1,
}));
const WHOLE = { end: { state: 'whole' }, dropped: 0 };

describe.each([true, false])('with little endian numbers: %s', (isLittleEndian) => {
  test.each([
    ['pcap', pcap(RECORDS, { isLittleEndian })],
    ['pcap with nanoseconds', pcap(RECORDS, { isLittleEndian, isNanoseconds: true })],
    ['pcapng', pcapng(RECORDS, { isLittleEndian })],
  ])('%s is read, however its bytes come', (_, bytes) => {
    expect(packetsOf(bytes)).toEqual({ ...WHOLE, packets: PACKETS });
    expect(packetsOf(bytes, 1)).toEqual({ ...WHOLE, packets: PACKETS });
  });

  test.each([
    ['pcap', pcap(RECORDS, { isLittleEndian }), [24, 45, 61]],
    ['pcap with nanoseconds', pcap(RECORDS, { isLittleEndian, isNanoseconds: true }), [24, 45, 61]],
    ['pcapng', pcapng(RECORDS, { isLittleEndian }), [28, 52, 108, 156]],
  ])('%s that was cut anywhere is read up to there', (_, bytes, starts) => {
    for (let length = starts[0]!; length < bytes.length; length += 1) {
      const { end, packets } = packetsOf(bytes.subarray(0, length));
      const last = starts.filter((start) => start <= length).at(-1)!;
      expect(end).toEqual(
        last === length
          ? { state: 'whole' }
          : { state: 'stopped', offset: last, reason: expect.stringContaining('expected') },
      );
      expect(packets).toEqual(PACKETS.slice(0, packets.length));
    }
  });

  test('a record that claims 4 GB stops the reading, and makes no memory', () => {
    for (const isNanoseconds of [false, true]) {
      const bytes = pcap([RECORDS[0]!, RECORDS[1]!], { isLittleEndian, isNanoseconds });
      const end = isLittleEndian
        ? bytes.writeUInt32LE(0xffff_fff0, 24 + 21 + 8)
        : bytes.writeUInt32BE(0xffff_fff0, 24 + 21 + 8);
      expect(end).toBe(57);
      const asked: number[] = [];
      const read = source(Buffer.concat([bytes, Buffer.alloc(1_000_000)]));
      const packets: number[] = [];
      const file = readCapture(
        (into) => {
          asked.push(into.length);
          return read(into);
        },
        readWhole((packet) => packets.push(packet.bytes.length)),
      );
      expect(file.end).toMatchObject({
        state: 'stopped',
        offset: 45,
        reason: expect.stringContaining('claims 4294967280'),
      });
      expect(packets).toEqual([5]);
      // Nothing is read on for its sake.
      expect(asked.reduce((sum, length) => sum + length)).toBeLessThan(300_000);
    }
  });
});

test('what is no capture is an error of its own', () => {
  const codeOf = (bytes: Uint8Array): string => {
    try {
      packetsOf(bytes);
    } catch (error) {
      if (error instanceof CaptureFileError) return error.code;
      throw error;
    }
    return 'read';
  };
  expect(codeOf(Buffer.alloc(0))).toBe('not-a-capture');
  expect(codeOf(Buffer.from('#!/bin/sh\necho this is not a capture\n'))).toBe('not-a-capture');
  expect(codeOf(pcap([]).subarray(0, 23))).toBe('not-a-capture');
  expect(codeOf(pcapng([]).subarray(0, 24))).toBe('not-a-capture');
  expect(codeOf(pcap(RECORDS, { version: [2, 3] }))).toBe('unsupported-version');
  expect(codeOf(pcap(RECORDS, { version: [1, 4] }))).toBe('unsupported-version');
  expect(codeOf(pcapngBlocks(true).section(2))).toBe('unsupported-version');
});

test('the snap length bounds a record, with room for writers that go beyond it', () => {
  const big = (length: number, snapLength: number) =>
    packetsOf(pcap([{ at: 0, bytes: Buffer.alloc(length) }], { snapLength })).end.state;
  expect(big(66_560, 96)).toBe('whole');
  expect(big(66_561, 96)).toBe('stopped');
  expect(big(MAXIMUM_PACKET, 0)).toBe('whole');
  expect(big(MAXIMUM_PACKET, 0xffffffff)).toBe('whole');
  expect(big(MAXIMUM_PACKET + 1, 0)).toBe('stopped');
});

test('the link type is read without the length of a frame check sequence', () => {
  expect(packetsOf(pcap([RECORDS[0]!], { linkType: 0x24000001 })).packets[0]).toMatchObject({ linkType: 1 });
});

describe('pcapng', () => {
  const little = pcapngBlocks(true);
  const big = pcapngBlocks(false);
  const one: Record = { at: 1_700_000_000_000, bytes: Buffer.from('abcde') };

  test('several sections in either order, each with interfaces of its own', () => {
    const bytes = Buffer.concat([
      little.section(),
      little.interface(1),
      little.interface(101),
      little.packet(one, { from: 1 }),
      big.section(),
      big.interface(113),
      big.packet(one),
    ]);
    expect(packetsOf(bytes).packets.map((packet) => packet.linkType)).toEqual([101, 113]);
    const missing = Buffer.concat([bytes, big.packet(one, { from: 1 })]);
    expect(packetsOf(missing).end).toMatchObject({ state: 'stopped', offset: bytes.length });
  });

  test.each([
    ['milliseconds', 3, 1000],
    ['nanoseconds', 9, 1_000_000_000],
    ['units of 2^-20 seconds', 0x94, 1 << 20],
    ['seconds', 0, 1],
  ])('times in %s', (_, resolution, unitsPerSecond) => {
    const bytes = Buffer.concat([
      little.section(),
      little.interface(1, { resolution }),
      little.packet(one, { unitsPerSecond }),
    ]);
    expect(packetsOf(bytes).packets[0]!.at).toBeCloseTo(one.at, 0);
  });

  test('times with an offset, and such that are no dates', () => {
    const at = (offset: number, resolution = 6): number =>
      packetsOf(
        Buffer.concat([little.section(), little.interface(1, { offset, resolution }), little.packet(one)]),
      ).packets[0]!.at;
    expect(at(3600)).toBe(one.at + 3_600_000);
    expect(at(-3600)).toBe(one.at - 3_600_000);
    expect(at(-2_000_000_000_000)).toBe(0);
    expect(new Date(at(2_000_000_000_000)).getUTCFullYear()).toBe(9999);
    expect(new Date(at(0, 0)).getUTCFullYear()).toBe(9999);
    expect(at(0, 0x7f)).toBeGreaterThanOrEqual(0);
  });

  test('simple and old packets', () => {
    const bytes = Buffer.concat([
      little.section(),
      little.interface(1, { snapLength: 3 }),
      little.oldPacket(one),
      little.simplePacket({ ...one, bytes: Buffer.from('abc'), originalLength: 5 }),
    ]);
    expect(packetsOf(bytes).packets).toEqual([
      { at: one.at, bytes: '6162636465', originalLength: 5, linkType: 1 },
      { at: one.at, bytes: '616263', originalLength: 5, linkType: 1 },
    ]);
  });

  test('blocks of other types are passed over, however long', () => {
    const names = little.block(4, Buffer.alloc(1_000_000));
    const bytes = Buffer.concat([little.section(), little.interface(1), names, little.packet(one)]);
    expect(packetsOf(bytes)).toMatchObject({ ...WHOLE, packets: [{ at: one.at }] });
  });

  test('lost packets are counted as the last statistics of each interface say', () => {
    const bytes = Buffer.concat([
      little.section(),
      little.interface(1),
      little.interface(1),
      little.statistics(0, 3),
      little.statistics(0, 5),
      little.statistics(1, 2),
      little.statistics(7, 100),
      big.section(),
      big.interface(1),
      big.statistics(0, 1),
    ]);
    expect(packetsOf(bytes).dropped).toBe(8);
  });

  test('lengths that lie stop the reading at their block', () => {
    const start = Buffer.concat([little.section(), little.interface(1)]);
    const changed = (block: Buffer, at: number, value: number): Buffer => {
      const bytes = Buffer.from(block);
      bytes.writeUInt32LE(value, at);
      return Buffer.concat([start, bytes, Buffer.alloc(400_000)]);
    };
    const packet = little.packet(one);
    const unknown = little.block(4, Buffer.alloc(8));
    for (const bytes of [
      changed(packet, 4, 0xfffffff0),
      changed(packet, 4, 13),
      changed(packet, 4, 8),
      changed(packet, packet.length - 4, 20),
      changed(packet, 8 + 12, 0x7fffffff),
      changed(unknown, 4, 0xfffffff0),
      changed(unknown, unknown.length - 4, 12),
    ]) {
      expect(packetsOf(bytes)).toMatchObject({
        end: { state: 'stopped', offset: start.length },
        packets: [],
      });
    }
  });

  test('a block that claims 4 GB is named for its claim, and nothing is read for it', () => {
    const start = Buffer.concat([little.section(), little.interface(1)]);
    const packet = Buffer.from(little.packet(one));
    packet.writeUInt32LE(0xfffffff0, 4);
    let asked = 0;
    const read = source(Buffer.concat([start, packet, Buffer.alloc(1_000_000)]));
    const { end } = readCapture(
      (into) => {
        asked += into.length;
        return read(into);
      },
      readWhole(() => {}),
    );
    expect(end).toMatchObject({ offset: start.length, reason: expect.stringContaining('claims 4294967280') });
    expect(asked).toBeLessThan(300_000);
  });

  test('interfaces without end are none', () => {
    const many = Buffer.concat([little.section(), ...Array<Buffer>(5000).fill(little.interface(1))]);
    expect(packetsOf(many).end).toMatchObject({ state: 'stopped', reason: expect.stringContaining('4096') });
  });
});

test('damaged files are read without an error, or are no captures', () => {
  const files = [true, false].flatMap((isLittleEndian) => [
    pcap(RECORDS, { isLittleEndian }),
    pcap(RECORDS, { isLittleEndian, isNanoseconds: true }),
    pcapng(RECORDS, { isLittleEndian }),
  ]);
  const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      damage,
      fc.nat(400),
      fc.nat(40),
      (file, changes, length, portion) => {
        const bytes = Buffer.from(file);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const part = bytes.subarray(0, Math.max(length, bytes.length / 2));
        try {
          const { packets, end } = packetsOf(part, portion + 1);
          expect(packets.length).toBeLessThanOrEqual(16);
          if (end.state === 'stopped') expect(end.offset).toBeLessThanOrEqual(part.length);
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureFileError);
        }
      },
    ),
    { seed: 20_260_202, numRuns: 5000 },
  );
});
