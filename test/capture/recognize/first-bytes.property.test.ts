import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFirstBytes, type Direction, MAX_SENT } from '../../../src/capture/recognize/first-bytes.js';
import { Window } from '../../../src/capture/recognize/window.js';
import { PROTOCOLS } from '../../../src/model/transport.js';
import { ascii, concat, hex, play, type Step, singly } from './support/bytes.js';
import { helloMessage, records, serverName } from './support/hello.js';

/** Beginnings of everything that is recognised, to be cut, joined and damaged. */
const PIECES: readonly Uint8Array[] = [
  records(helloMessage([serverName(ascii('x.example'))]), 30),
  ascii('GET / HTTP/1.1\r\nHost: x.example\r\n\r\n'),
  ascii('GET http://x.example/ HTTP/1.1\nA: b\n c\n\n'),
  ascii('CONNECT x.example:443 HTTP/1.1\r\n\r\n'),
  ascii('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  ascii('HTTP/1.1 200 OK\r\n\r\n'),
  ascii('HTTP/1.1 100 Continue\r\n\r\n'),
  ascii('HTTP/1.1 407 Auth\r\nContent-Length: 3\r\n\r\nabc'),
  ascii('HTTP/1.1 403 No\r\n\r\n'),
  ascii('SSH-2.0-x\r\n'),
  ascii('0041git-upload-pack /project.git\0'),
  ascii('{"method":"mining.subscribe"}\n'),
  ascii('220-x\r\n220 x ESMTP\r\n'),
  ascii('220 FTP\r\n'),
  ascii('EHLO x\r\n'),
  hex('4a524d49 0002 4b'),
  hex('300c 020101 6007 020103 0400 8000'),
  hex('0011 0001 0000 0001 0000 0000 0000 00 0002 0001'),
  hex('050100'),
  hex('05020002'),
  hex('0500'),
  hex('0502 0100'),
  hex('0101750170'),
  hex('05010001 c6336407 01bb'),
  hex('05000001 00000000 0000'),
  hex('0401 0016 00000001 00 78 00'),
  hex('005a 0000 00000000'),
];

const direction = fc.constantFrom<Direction>('sent', 'received');
const piece = fc.constantFrom(...PIECES);
const cutPiece = fc.tuple(piece, fc.nat(60)).map(([bytes, length]) => bytes.subarray(0, length));
const damagedPiece = fc
  .tuple(piece, fc.nat(), fc.nat(255))
  .map(([bytes, at, value]) => bytes.map((byte, index) => (index === at % bytes.length ? value : byte)));
const noise = fc.uint8Array({ maxLength: 40 });
const chunk = fc
  .array(fc.oneof({ weight: 6, arbitrary: piece }, cutPiece, damagedPiece, noise), { maxLength: 3 })
  .map((parts) => concat(...parts));
const flow = fc.array(fc.tuple(direction, chunk), { maxLength: 8 }) as fc.Arbitrary<Step[]>;

test('byte by byte and in chunks, a flow has the same name', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(flow, (steps) => {
      const whole = play(steps);
      seen.add(
        whole.ended.tunnel === null ? whole.ended.protocol : `in tunnel ${whole.ended.tunnel.protocol}`,
      );
      expect(play(singly(steps))).toEqual(whole);
    }),
    { seed: 20_260_103, numRuns: 10_000 },
  );
  // The generator must reach what the property is about.
  expect([...seen]).toEqual(expect.arrayContaining(PROTOCOLS.filter((protocol) => protocol !== 'quic')));
  expect([...seen]).toEqual(expect.arrayContaining(['in tunnel none', 'in tunnel tls', 'in tunnel http']));
});

test('the order in which the two directions are seen does not choose the name', () => {
  fc.assert(
    fc.property(flow, (steps) => {
      const of = (way: Direction) => steps.filter(([direction]) => direction === way);
      const { ended } = play(steps);
      expect(play([...of('sent'), ...of('received')]).ended).toEqual(ended);
      expect(play([...of('received'), ...of('sent')]).ended).toEqual(ended);
    }),
    { seed: 20_260_107, numRuns: 10_000 },
  );
});

test('any bytes have a name, and claims in it are well formed', () => {
  fc.assert(
    fc.property(flow, fc.uint8Array({ maxLength: 4096, size: 'max' }), (steps, tail) => {
      const { ended } = play([...steps, ['sent', tail], ['received', tail]]);
      expect(PROTOCOLS).toContain(ended.protocol);
      expect(ended.sni ?? 'x').toMatch(/^[a-z0-9._-]{1,253}$/);
      expect(ended.httpHost ?? 'x').toMatch(/^[a-z0-9._:-]{1,253}$/);
      expect(ended.tunnel?.target ?? 'x:1').toMatch(/^(?:[a-z0-9._-]+|\[[0-9a-f:]+\]):\d{1,5}$/);
      for (const name of ended.alpn) expect(name).toMatch(/^[ -~]+$/);
    }),
    { seed: 20_260_104, numRuns: 2000 },
  );
});

test('a flow always ends, and keeps no more than its maximum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 40 }),
      fc.nat(2000),
      (chunks, maximum) => {
        const window = new Window(maximum);
        for (const bytes of chunks) window.append(bytes);
        expect(window.bytes).toEqual(concat(...chunks).subarray(0, maximum));
        expect(window.bytes.buffer.byteLength).toBeLessThanOrEqual(maximum);
        expect(window.full).toBe(concat(...chunks).length >= maximum);
      },
    ),
    { seed: 20_260_105, numRuns: 300 },
  );
  fc.assert(
    fc.property(flow, (steps) => {
      const bytes = createFirstBytes();
      for (const [way, part] of steps) bytes.push(way, part);
      expect(bytes.push('sent', new Uint8Array(MAX_SENT))).not.toBeNull();
    }),
    { seed: 20_260_106, numRuns: 300 },
  );
});
