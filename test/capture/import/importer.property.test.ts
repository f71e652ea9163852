import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CaptureFileError } from '../../../src/capture/import/file/capture-file-error.js';
import { PROTOCOLS } from '../../../src/model/transport.js';
import { pcap, pcapng } from './support/capture-files.js';
import { LINKS } from './support/frames.js';
import { fragments, type Path } from './support/packets.js';
import { glancedAt, trafficOf, trafficOfPackets, trafficReadWhole } from './support/reading.js';
import { clientHello, connection, everything, timed } from './support/sessions.js';

const PATH: Path = { from: '198.51.100.2', to: '203.0.113.9', sourcePort: 1, port: 2 };
const PACKETS = [...everything(4), ...everything(6), ...fragments(PATH, 17, Buffer.alloc(200), 64, 3)];
const FILES = LINKS.flatMap(({ linkType, wrap, only }) => {
  const fitting = PACKETS.filter((packet) => only === undefined || packet[0]! >> 4 === only);
  const records = timed(fitting.map((packet) => wrap(packet, true)));
  return [
    pcap(records, { linkType }),
    pcap(records, { linkType, isNanoseconds: true }),
    pcapng(records, { linkType }),
  ];
});

/** Headers of frames, by the version of IP that they carry. */
const ETHERNET: Readonly<Record<number, Buffer>> = {
  4: Buffer.from(`${'02'.repeat(12)}0800`, 'hex'),
  6: Buffer.from(`${'02'.repeat(12)}86dd`, 'hex'),
};

/** A change of a few bytes, a cut, or bytes that are put in; near the beginning of a record as often as not. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat(60) }),
  fc.record({ kind: fc.constant('more' as const), at: fc.nat(), value: fc.nat(60) }),
);

function changed(
  file: Buffer,
  { kind, at, value }: { kind: 'byte' | 'cut' | 'more'; at: number; value: number },
) {
  const place = at % file.length;
  switch (kind) {
    case 'byte':
      return Buffer.concat([file.subarray(0, place), Buffer.of(value), file.subarray(place + 1)]);
    case 'cut':
      return Buffer.concat([file.subarray(0, place), file.subarray(place + value)]);
    case 'more':
      return Buffer.concat([file.subarray(0, place), Buffer.alloc(value, value), file.subarray(place)]);
  }
}

test('damaged captures of each format and link layer come to well-formed events, in bounded time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FILES),
      fc.array(change, { minLength: 1, maxLength: 12 }),
      (file, changes) => {
        const damaged = changes.reduce<Buffer>(changed, file);
        try {
          const { events, durationMs } = trafficOf(damaged);
          expect(durationMs).toBeGreaterThanOrEqual(0);
          for (const event of events) {
            expect(event.at).toBeGreaterThanOrEqual(0);
            if (event.kind !== 'connection' && event.kind !== 'datagram') continue;
            expect(PROTOCOLS).toContain(event.protocol);
            expect(event.host).toMatch(/^[!-~]+$/);
          }
          JSON.stringify(events);
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureFileError);
        }
      },
    ),
    { seed: 20_260_208, numRuns: 3000 },
  );
});

test('what is taken at a glance comes to the same as what is read whole, in damaged captures as well', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...FILES),
      fc.array(change, { minLength: 0, maxLength: 6 }),
      (file, changes) => {
        const damaged = changes.reduce<Buffer>(changed, file);
        let glanced: ReturnType<typeof glancedAt>;
        try {
          glanced = glancedAt(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureFileError);
          return;
        }
        taken += glanced.taken;
        expect(glanced.traffic).toEqual(trafficReadWhole(damaged));
      },
    ),
    { seed: 20_261_125, numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(1000);
});

test('connections between the same ends, with packets of which only the beginning was kept', () => {
  const path: Path = { from: '198.51.100.2', to: '203.0.113.9', sourcePort: 50_000, port: 443 };
  const path6: Path = { ...path, from: '2001:db8::2', to: '2001:db8::9' };
  const said = fc.record({
    path: fc.constantFrom(path, path6),
    received: fc.integer({ min: 0, max: 3000 }),
    /** What is kept of each packet in turn; `null` for all of it. */
    kept: fc.array(fc.option(fc.integer({ min: 0, max: 80 }), { freq: 3 }), { minLength: 1, maxLength: 9 }),
  });
  let taken = 0;
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 6 }), fc.boolean(), (all, isPcapng) => {
      const records = all.flatMap(({ path: own, received, kept }) =>
        connection(own, clientHello('x.example'), Buffer.alloc(received), 500).map((bytes, index) => {
          const length = kept[index % kept.length] ?? bytes.length;
          return { bytes: bytes.subarray(0, length), originalLength: bytes.length };
        }),
      );
      const timedRecords = records.map((record, index) => ({ at: 1_700_000_000_000 + index, ...record }));
      const file = (isPcapng ? pcapng : pcap)(timedRecords, { linkType: 101 });
      const framed = (isPcapng ? pcapng : pcap)(
        timedRecords.map(({ bytes, originalLength, ...rest }) => ({
          ...rest,
          bytes: Buffer.concat([ETHERNET[bytes[0] === undefined ? 4 : bytes[0] >> 4] ?? ETHERNET[4]!, bytes]),
          originalLength: originalLength + 14,
        })),
        { linkType: 1 },
      );
      for (const each of [file, framed]) {
        const glanced = glancedAt(each);
        taken += glanced.taken;
        expect(glanced.traffic).toEqual(trafficReadWhole(each));
      }
    }),
    { seed: 20_261_129, numRuns: 1500 },
  );
  expect(taken).toBeGreaterThan(1000);
});

test('packets of any bytes come to events as well', () => {
  const packet = fc.oneof(
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.constantFrom(...PACKETS), fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
      const copy = Buffer.from(bytes);
      copy[at % copy.length] = value;
      return copy;
    }),
  );
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 30 }), (packets) => {
      const { events } = trafficOfPackets(packets);
      expect(events.length).toBeLessThanOrEqual(packets.length * 2);
    }),
    { seed: 20_260_209, numRuns: 3000 },
  );
});
