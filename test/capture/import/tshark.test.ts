import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { protectInitial } from '../recognize/quic/support.js';
import { helloMessage, serverName } from '../recognize/support/hello.js';
import { answerTo, query } from '../resolver/support/messages.js';
import { pcap, pcapng, pcapngBlocks } from './support/capture-files.js';
import { LINKS } from './support/frames.js';
import { back, fragments, ip, type Path, udp } from './support/packets.js';
import { trafficOf } from './support/reading.js';
import {
  addressRecord,
  clientHello,
  connection,
  cryptoFrame,
  everything,
  timed,
} from './support/sessions.js';
import { factsOf, tsharkFacts } from './support/tshark.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'egresslock-tshark-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is harder to read than a session in good order. */
function hard(version: 4 | 6): Buffer[] {
  const host = (number: number): string => (version === 4 ? `198.51.100.${number}` : `2001:db8::${number}`);
  const ask: Path = { from: host(2), to: host(53), sourcePort: 50_100, port: 53 };
  const asked = query('large.example', { id: 77 });
  const answer = answerTo(asked, {
    answers: Array.from({ length: 40 }, (_, index) => addressRecord(`203.0.113.${index}`)),
  });
  const path = (sourcePort: number): Path => ({ from: host(2), to: host(9), sourcePort, port: 443 });
  const split = connection(path(50_101), clientHello('split.example'), Buffer.of(1), 30);
  const swapped = connection(path(50_102), clientHello('swapped.example'), Buffer.of(1), 60);
  [swapped[3], swapped[4]] = [swapped[4]!, swapped[3]!];
  const repeated = connection(path(50_103), clientHello('repeated.example'), Buffer.of(1), 60).flatMap(
    (packet) => [packet, packet],
  );
  const large = fragments(back(ask), 17, udp(back(ask), answer), 256, 5);
  return [ip(ask, 17, udp(ask, asked)), ...large.reverse(), ...split, ...swapped, ...repeated];
}

const PACKETS = [...everything(4), ...everything(6), ...hard(4), ...hard(6)];

test.each(LINKS)('tshark and the import agree on a capture of $name', ({ name, linkType, wrap, only }) => {
  const packets = PACKETS.filter((packet) => only === undefined || packet[0]! >> 4 === only);
  const bytes = pcap(timed(packets.map((packet) => wrap(packet, true))), { linkType });
  const file = join(folder, `${name.replaceAll(' ', '-')}.pcap`);
  writeFileSync(file, bytes);
  const facts = factsOf(trafficOf(bytes).events);
  expect(facts).toEqual(tsharkFacts(file));
  expect(facts.names).toEqual(
    expect.arrayContaining(['gone.example', 'large.example', 'tls.example', 'two.example']),
  );
  expect(facts.sni).toEqual([
    'quick.example',
    'repeated.example',
    'split.example',
    'swapped.example',
    'tls.example',
  ]);
  expect(facts.flows.length).toBe(only === undefined ? 16 : 8);
});

test.each([
  ['big endian', pcap(timed(PACKETS), { linkType: 101, isLittleEndian: false })],
  ['nanoseconds', pcap(timed(PACKETS), { linkType: 101, isNanoseconds: true })],
  ['pcapng', pcapng(timed(PACKETS), { linkType: 101 })],
  ['pcapng, big endian', pcapng(timed(PACKETS), { linkType: 101, isLittleEndian: false })],
  ['pcapng with all link layers', allLinks()],
])('and on the format %s', (name, bytes) => {
  const file = join(folder, `${name.replaceAll(/\W/g, '-')}.capture`);
  writeFileSync(file, bytes);
  const facts = factsOf(trafficOf(bytes).events);
  expect(facts).toEqual(tsharkFacts(file));
  expect(facts.flows.length).toBe(16);
});

/** Two sections, an interface for each link layer in both, the packets dealt out among them. */
function allLinks(): Buffer {
  const records = timed(PACKETS);
  const half = records.length >> 1;
  return Buffer.concat(
    [true, false].flatMap((isLittleEndian) => {
      const blocks = pcapngBlocks(isLittleEndian);
      const part = isLittleEndian ? records.slice(0, half) : records.slice(half);
      return [
        blocks.section(),
        ...LINKS.map(({ linkType }) => blocks.interface(linkType, { resolution: 9 })),
        ...part.map(({ at, bytes }, index) => {
          const fitting = LINKS.map((link, from) => ({ link, from })).filter(
            ({ link }) => link.only === undefined || bytes[0]! >> 4 === link.only,
          );
          const { link, from } = fitting[index % fitting.length]!;
          const record = { at, bytes: link.wrap(bytes, isLittleEndian) };
          return blocks.packet(record, { from, unitsPerSecond: 1_000_000_000 });
        }),
      ];
    }),
  );
}

test('and on real traffic, recorded on the loopback of a namespace', () => {
  const hello = Buffer.from(helloMessage([serverName(Buffer.from('quick.example'))]));
  writeFileSync(join(folder, 'initial.bin'), protectInitial({ frames: cryptoFrame(0, hello) }));
  const script = join(import.meta.dirname, 'support/loopback-traffic.mjs');
  const recorded = spawnSync('unshare', ['--net', process.execPath, script, folder], {
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect(recorded.stderr).toBe('');
  expect(recorded.status).toBe(0);
  const file = join(folder, 'loopback.pcap');
  const { events, tally } = trafficOf(readFileSync(file));
  const facts = factsOf(events);
  expect(facts).toEqual(tsharkFacts(file));
  expect(facts.names).toEqual(['bytcp.example', 'plain.example', 'secure.example', 'silent.example']);
  expect(facts.sni).toEqual(['quick.example', 'secure.example']);
  expect(facts.flows.filter((flow) => flow.startsWith('tcp'))).toHaveLength(3);
  expect(events.filter((event) => event.kind === 'connection')).toMatchObject([
    { protocol: 'http', httpHost: 'plain.example', failure: null },
    { protocol: 'tls', sni: 'secure.example', failure: null },
    { protocol: 'none', port: 81, failure: 'ECONNREFUSED' },
  ]);
  expect(tally).toMatchObject({ unreadable: 0, cutFlows: 0, olderConnections: 0, unaskedAnswers: 0 });
});
