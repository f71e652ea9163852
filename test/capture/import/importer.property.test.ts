import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CaptureFileError } from '../../../src/capture/import/file/capture-file-error.js';
import { PROTOCOLS } from '../../../src/model/transport.js';
import { pcap, pcapng } from './support/capture-files.js';
import { LINKS } from './support/frames.js';
import { fragments, type Path } from './support/packets.js';
import { glancedAt, trafficOf, trafficOfPackets, trafficReadWhole } from './support/reading.js';
import { everything, timed } from './support/sessions.js';

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
