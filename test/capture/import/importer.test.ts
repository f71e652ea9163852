/* Longer than others: all of it is small captures of the same few packets, and what each comes to. */
import { describe, expect, test } from 'vitest';
import type { ConnectionEvent, DatagramEvent, DnsEvent, EgressEvent } from '../../../src/model/event.js';
import { ascii, concat } from '../recognize/support/bytes.js';
import { helloMessage, records, serverName } from '../recognize/support/hello.js';
import { answerTo, query, RCODE } from '../resolver/support/messages.js';
import { pcap } from './support/capture-files.js';
import { back, FLAG, fragments, ip, type Path, tcp, u16, u32, udp } from './support/packets.js';
import { trafficOf, trafficOfPackets } from './support/reading.js';
import {
  addressRecord,
  clientHello,
  connection,
  everything,
  lookUp,
  lookUpByTcp,
  quicInitial,
  timed,
} from './support/sessions.js';

const CLIENT = '198.51.100.2';
const RESOLVER = '198.51.100.53';
const SERVER = '203.0.113.7';
const to = (address: string, sourcePort: number, port: number): Path => ({
  from: CLIENT,
  to: address,
  sourcePort,
  port,
});
const WEB = to(SERVER, 40_000, 443);
const ASK = to(RESOLVER, 50_000, 53);
const HELLO = clientHello('x.example');

const ofKind = <Kind extends EgressEvent['kind']>(events: readonly EgressEvent[], kind: Kind) =>
  events.filter((event): event is Extract<EgressEvent, { kind: Kind }> => event.kind === kind);
const connections = (packets: readonly Buffer[]): ConnectionEvent[] =>
  ofKind(trafficOfPackets(packets).events, 'connection');
const datagrams = (packets: readonly Buffer[]): DatagramEvent[] =>
  ofKind(trafficOfPackets(packets).events, 'datagram');
const queries = (packets: readonly Buffer[]): DnsEvent[] => ofKind(trafficOfPackets(packets).events, 'dns');

test.each([4, 6] as const)('one of everything over IPv%i', (version) => {
  const { events, startedAt, durationMs, tally } = trafficOfPackets(everything(version));
  const names = ofKind(events, 'dns').map(({ name, rcode, failure, transport }) => [
    name,
    rcode,
    failure,
    transport,
  ]);
  expect(names).toEqual([
    ['tls.example', 'NOERROR', null, 'udp'],
    ['plain.example', 'NOERROR', null, 'udp'],
    ['gone.example', null, 'TIMEOUT', 'udp'],
    ['one.example', 'NOERROR', null, 'tcp'],
    ['two.example', 'NOERROR', null, 'tcp'],
    ['quick.example', 'NOERROR', null, 'udp'],
  ]);
  expect(
    ofKind(events, 'connection').map(({ host, hostSource, protocol, sni, httpHost, failure }) => ({
      host,
      hostSource,
      protocol,
      sni,
      httpHost,
      failure,
    })),
  ).toEqual([
    {
      host: 'tls.example',
      hostSource: 'sni',
      protocol: 'tls',
      sni: 'tls.example',
      httpHost: null,
      failure: null,
    },
    {
      host: 'plain.example',
      hostSource: 'http-host',
      protocol: 'http',
      sni: null,
      httpHost: 'plain.example',
      failure: null,
    },
    expect.objectContaining({ hostSource: 'address', protocol: 'none', failure: 'ETIMEDOUT' }),
  ]);
  expect(ofKind(events, 'datagram')).toMatchObject([
    {
      host: 'quick.example',
      hostSource: 'sni',
      protocol: 'quic',
      sni: 'quick.example',
      alpn: ['h3'],
      disagreements: [],
    },
  ]);
  expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
  expect(events.map((event) => event.at)).toEqual(events.map((event) => event.at).sort((a, b) => a - b));
  expect(startedAt).toBe(1_700_000_000_000);
  expect(durationMs).toBe(everything(version).length - 1);
  expect(tally).toEqual({
    unknownLinks: new Map(),
    unreadable: 0,
    lostDatagrams: 0,
    otherProtocols: new Map(),
    unaskedAnswers: 0,
    olderConnections: 0,
    cutFlows: 0,
    refusedEvents: 0,
    hurriedFlows: 0,
  });
});

test('an empty capture has no events and no time', () => {
  expect(trafficOf(pcap([]))).toMatchObject({ events: [], startedAt: null, durationMs: 0 });
});

describe('connections', () => {
  const one = connection(WEB, HELLO, Buffer.alloc(5000, 1), 700);

  test('count each byte once, and know their ends', () => {
    expect(connections(one)).toMatchObject([
      {
        address: SERVER,
        port: 443,
        localPort: 40_000,
        bytesSent: HELLO.length,
        bytesReceived: 5000,
        durationMs: one.length - 2,
        verdict: 'allowed',
        actorId: null,
      },
    ]);
  });

  test('are the same with each packet twice, and with neighbours exchanged', () => {
    const [expected] = connections(one);
    const facts = ({ sni, bytesSent, bytesReceived, protocol }: ConnectionEvent) => ({
      sni,
      bytesSent,
      bytesReceived,
      protocol,
    });
    expect(connections(one.flatMap((packet) => [packet, packet])).map(facts)).toEqual([facts(expected!)]);
    const swapped = [...one.slice(0, 3), one[4]!, one[3]!, ...one.slice(5)];
    expect(connections(swapped).map(facts)).toEqual([facts(expected!)]);
  });

  test('begin anew with another SYN', () => {
    const again = one.map((packet) => Buffer.from(packet));
    expect(connections([...one, ...again])).toHaveLength(2);
    const syn = (sequence: number) => ip(WEB, 6, tcp(WEB, sequence, FLAG.SYN));
    expect(connections([syn(1), syn(1), syn(1)])).toMatchObject([{ failure: 'ETIMEDOUT', durationMs: null }]);
    expect(connections([syn(1), syn(2)])).toHaveLength(2);
  });

  test('that failed say how', () => {
    const syn = ip(WEB, 6, tcp(WEB, 1, FLAG.SYN));
    const reset = (path: Path, sequence: number) => ip(path, 6, tcp(path, sequence, FLAG.RST | FLAG.ACK));
    expect(connections([syn, reset(back(WEB), 0)])).toMatchObject([
      { failure: 'ECONNREFUSED', durationMs: 1 },
    ]);
    expect(connections([...one.slice(0, 5), reset(back(WEB), 0)])).toMatchObject([{ failure: 'ECONNRESET' }]);
    const icmp = (type: number, code: number) =>
      ip(
        { from: '198.51.100.254', to: CLIENT },
        1,
        Buffer.concat([Buffer.of(type, code, 0, 0, 0, 0, 0, 0), syn]),
      );
    expect(connections([syn, icmp(3, 1)])).toMatchObject([{ failure: 'EHOSTUNREACH' }]);
    expect(connections([syn, icmp(3, 3)])).toMatchObject([{ failure: 'ECONNREFUSED' }]);
    expect(connections([...one, icmp(3, 1)])).toMatchObject([{ failure: null }]);
  });

  test('older than the capture: the lower port is the server’s, and they are counted', () => {
    for (const packets of [one.slice(3), one.slice(-2)]) {
      const { events, tally } = trafficOfPackets(packets);
      expect(events).toMatchObject([{ address: SERVER, port: 443, localPort: 40_000, failure: null }]);
      expect(tally.olderConnections).toBe(1);
    }
    expect(trafficOfPackets(one.slice(1)).events).toMatchObject([{ address: SERVER, port: 443 }]);
    expect(trafficOfPackets(one.slice(1)).tally.olderConnections).toBe(0);
  });

  test('whose first bytes were cut off are counted', () => {
    const snapped = timed(one).map((record) => ({
      ...record,
      bytes: record.bytes.subarray(0, 60),
      originalLength: record.bytes.length,
    }));
    const { events, tally } = trafficOf(pcap(snapped, { linkType: 101 }));
    expect(events).toMatchObject([
      { protocol: 'tls', sni: null, bytesSent: HELLO.length, bytesReceived: 5000 },
    ]);
    expect(tally.cutFlows).toBe(1);
  });

  test('carry a hello in segments of one byte', () => {
    expect(connections(connection(WEB, HELLO, Buffer.of(1), 1))).toMatchObject([
      { sni: 'x.example', bytesSent: HELLO.length },
    ]);
  });

  test('with data in their SYN', () => {
    const packets = [
      ip(WEB, 6, tcp(WEB, 1000, FLAG.SYN, HELLO)),
      ip(back(WEB), 6, tcp(back(WEB), 1, FLAG.SYN_ACK)),
    ];
    expect(connections(packets)).toMatchObject([{ sni: 'x.example', bytesSent: HELLO.length }]);
  });

  test('in fragments', () => {
    const packets = one.flatMap((packet, index) =>
      fragments(WEB, 6, packet.subarray(20), 64, index).map((fragment) => {
        packet.copy(fragment, 12, 12, 20);
        return fragment;
      }),
    );
    expect(connections(packets)).toMatchObject([{ sni: 'x.example', bytesReceived: 5000 }]);
  });
});

describe('names', () => {
  test('come from answers before the flow, newest first; a claim alone names nothing', () => {
    const packets = [
      ...lookUp(ASK, 'old.example', [SERVER], 1),
      ...lookUp(ASK, 'new.example', [SERVER], 2),
      ...connection(WEB, clientHello('stranger.example'), Buffer.of(1)),
      ...lookUp(ASK, 'late.example', [SERVER], 3),
    ];
    expect(connections(packets)).toMatchObject([
      {
        host: 'new.example',
        hostSource: 'dns',
        resolvedNames: ['new.example', 'old.example'],
        sni: 'stranger.example',
        disagreements: [{ kind: 'sni-resolved', left: 'stranger.example', right: 'new.example' }],
      },
    ]);
  });

  test('an answer that nobody asked for names nothing, nor one to another question', () => {
    const asked = query('x.example', { id: 5 });
    const forged = (message: Buffer) =>
      ip(back(ASK), 17, udp(back(ASK), answerTo(message, { answers: [addressRecord(SERVER)] })));
    const packets = [
      forged(asked),
      ip(ASK, 17, udp(ASK, asked)),
      forged(query('x.example', { id: 6 })),
      forged(query('y.example', { id: 5 })),
      ...connection(WEB, HELLO, Buffer.of(1)),
    ];
    const { events, tally } = trafficOfPackets(packets);
    expect(tally.unaskedAnswers).toBe(3);
    expect(ofKind(events, 'connection')).toMatchObject([{ host: SERVER, hostSource: 'address' }]);
    expect(ofKind(events, 'dns')).toMatchObject([{ name: 'x.example', rcode: null, failure: 'TIMEOUT' }]);
  });

  test('of loopback is localhost', () => {
    const path: Path = { from: '127.0.0.1', to: '127.0.0.1', sourcePort: 40_000, port: 443 };
    expect(connections(connection(path, HELLO, Buffer.of(1)))).toMatchObject([
      { host: 'localhost', hostSource: 'loopback', sni: 'x.example' },
    ]);
  });
});

describe('queries', () => {
  test('sent again are one, and the first answer counts', () => {
    const asked = query('x.example', { id: 5 });
    const out = ip(ASK, 17, udp(ASK, asked));
    const answer = (address: string) =>
      ip(back(ASK), 17, udp(back(ASK), answerTo(asked, { answers: [addressRecord(address)] })));
    expect(queries([out, out, answer(SERVER), answer('203.0.113.9')])).toMatchObject([
      { name: 'x.example', answers: [SERVER], durationMs: 2, server: RESOLVER, port: 53, ownResolver: false },
    ]);
    expect(queries([out, answer(SERVER), out])).toHaveLength(2);
  });

  test('that failed say how', () => {
    const asked = query('x.example', { id: 5 });
    const out = ip(ASK, 17, udp(ASK, asked));
    const refused = ip(back(ASK), 17, udp(back(ASK), answerTo(asked, { rcode: RCODE.NXDOMAIN })));
    expect(queries([out, refused])).toMatchObject([{ rcode: 'NXDOMAIN', failure: null }]);
    const icmp = ip(
      { from: RESOLVER, to: CLIENT },
      1,
      Buffer.concat([Buffer.of(3, 3, 0, 0, 0, 0, 0, 0), out]),
    );
    expect(queries([out, icmp])).toMatchObject([{ rcode: null, failure: 'UNREACHABLE' }]);
  });

  test('over TCP, pipelined and cut anywhere, without a connection beside them', () => {
    const { events } = trafficOfPackets(lookUpByTcp(ASK, ['one.example', 'two.example'], SERVER));
    expect(events).toMatchObject([
      { kind: 'dns', name: 'one.example', transport: 'tcp', answers: [SERVER] },
      { kind: 'dns', name: 'two.example', transport: 'tcp', answers: [SERVER] },
    ]);
  });

  test('a server that was not given is the client’s own choice, where somebody says which ones were', () => {
    const other = '203.0.113.53';
    const packets = [
      ...lookUp(ASK, 'one.example', [SERVER]),
      ...lookUp(to(other, 40_001, 53), 'two.example', [SERVER]),
      ...lookUpByTcp(to(other, 40_002, 53), ['three.example'], SERVER),
    ];
    const own = (resolvers: readonly string[]): unknown[] =>
      trafficOfPackets(packets, new Set(resolvers)).events.map((event) =>
        event.kind === 'dns' ? [event.name, event.ownResolver] : [event.kind],
      );
    expect(own([])).toEqual([
      ['one.example', false],
      ['two.example', false],
      ['three.example', false],
    ]);
    expect(own([RESOLVER])).toEqual([
      ['one.example', false],
      ['two.example', true],
      ['connection'],
      ['three.example', true],
    ]);
  });

  test('a connection or flow to port 53 that is no DNS stays one', () => {
    expect(trafficOfPackets(connection(ASK, HELLO, Buffer.of(1))).events).toMatchObject([
      { kind: 'connection', port: 53, protocol: 'tls' },
    ]);
    const both = [...lookUp(ASK, 'x.example', [SERVER]), ip(ASK, 17, udp(ASK, Buffer.from('tunnel')))];
    expect(trafficOfPackets(both).events).toMatchObject([
      { kind: 'dns' },
      { kind: 'datagram', protocol: 'dns', datagramsSent: 2 },
    ]);
  });

  test('to another port are known by their bytes; to a group they stay a flow', () => {
    expect(
      trafficOfPackets(lookUp(to('127.0.0.11', 40_000, 35_353), 'x.example', [SERVER])).events,
    ).toMatchObject([{ kind: 'dns', name: 'x.example', port: 35_353, answers: [SERVER] }]);
    expect(trafficOfPackets(lookUp(to('224.0.0.251', 5353, 5353), 'x.example', null)).events).toMatchObject([
      { kind: 'datagram', address: '224.0.0.251', protocol: 'dns' },
    ]);
  });

  test('whose datagram was cut off are counted', () => {
    const [record] = timed(lookUp(ASK, 'a-long-name-that-does-not-fit.example', null));
    const cut = { ...record!, bytes: record!.bytes.subarray(0, 50), originalLength: record!.bytes.length };
    const { events, tally } = trafficOf(pcap([cut], { linkType: 101 }));
    expect(events).toMatchObject([{ kind: 'datagram', port: 53 }]);
    expect(tally.cutFlows).toBe(1);
  });
});

describe('datagram flows', () => {
  test('count both ways, and end when nothing was heard for two minutes', () => {
    const path = to(SERVER, 40_000, 4000);
    const out = ip(path, 17, udp(path, Buffer.alloc(10)));
    const answer = ip(back(path), 17, udp(back(path), Buffer.alloc(7)));
    const at = (minutes: number, bytes: Buffer) => ({ at: 1_700_000_000_000 + minutes * 60_000, bytes });
    const { events } = trafficOf(
      pcap([at(0, out), at(1, answer), at(2.5, out), at(5, out)], { linkType: 101 }),
    );
    expect(events).toMatchObject([
      {
        datagramsSent: 2,
        datagramsReceived: 1,
        bytesSent: 20,
        bytesReceived: 7,
        durationMs: 150_000,
        protocol: 'unknown',
      },
      { datagramsSent: 1, at: 300_000 },
    ]);
  });

  test('that begin with an answer are turned round', () => {
    const path = to(SERVER, 40_000, 443);
    expect(datagrams([ip(back(path), 17, udp(back(path), Buffer.alloc(7)))])).toMatchObject([
      { address: SERVER, port: 443, datagramsSent: 0, datagramsReceived: 1 },
    ]);
  });

  test('of QUIC have the name of their hello, and say where it does not fit', () => {
    expect(datagrams([quicInitial(WEB, 'x.example', 0x6b3343cf)])).toMatchObject([
      {
        protocol: 'quic',
        host: SERVER,
        hostSource: 'address',
        sni: 'x.example',
        disagreements: [{ kind: 'sni-resolved', left: 'x.example', right: SERVER }],
      },
    ]);
    const garbage = ip(
      WEB,
      17,
      udp(WEB, Buffer.concat([Buffer.from('c00000000108', 'hex'), Buffer.alloc(1300, 8)])),
    );
    expect(datagrams([garbage])).toMatchObject([{ protocol: 'quic', sni: null }]);
  });
});

describe('what is not looked into is counted', () => {
  test('other protocols, without the network’s own', () => {
    const packet = (protocol: number, payload: Buffer) => ip({ from: CLIENT, to: SERVER }, protocol, payload);
    const { tally, events } = trafficOfPackets([
      packet(1, Buffer.of(8, 0, 0, 0)),
      packet(1, Buffer.of(11, 0, 0, 0)),
      packet(2, Buffer.alloc(8)),
      packet(47, Buffer.alloc(8)),
      packet(47, Buffer.alloc(8)),
    ]);
    expect(events).toEqual([]);
    expect(tally.otherProtocols).toEqual(
      new Map([
        [1, 1],
        [47, 2],
      ]),
    );
  });

  test('link types, broken headers, datagrams without all fragments', () => {
    expect(trafficOf(pcap(timed([Buffer.alloc(20)]), { linkType: 105 })).tally.unknownLinks).toEqual(
      new Map([[105, 1]]),
    );
    const short = Buffer.concat([u16(1, 2), u32(0)]);
    const { tally } = trafficOfPackets([
      Buffer.alloc(20, 0x50),
      ip(WEB, 6, short),
      ip(WEB, 17, short.subarray(0, 4)),
      fragments(WEB, 17, Buffer.alloc(100), 24, 1)[0]!,
    ]);
    expect(tally).toMatchObject({ unreadable: 3, lostDatagrams: 1 });
  });
});

test('memory for flows without a name has a maximum, and who came first gives up', () => {
  const half = Buffer.from(records(helloMessage([serverName(ascii('x.example'))], 32)).subarray(0, 50));
  const begun = (number: number): Buffer => {
    const path = to(`203.0.${number >> 8}.${number & 255}`, 40_000, 443);
    return ip(path, 6, tcp(path, 1, FLAG.ACK, half));
  };
  const { tally, events } = trafficOfPackets(Array.from({ length: 20_000 }, (_, number) => begun(number)));
  expect(events).toHaveLength(20_000);
  expect(tally.hurriedFlows).toBeGreaterThan(0);
  expect(tally.hurriedFlows).toBeLessThan(20_000);
  expect(events.at(-1)).toMatchObject({ protocol: 'tls' });
});

test('a hello with names beyond counting keeps what there is room for', () => {
  const names = concat(
    ...Array.from({ length: 200 }, () => concat(Uint8Array.of(255), new Uint8Array(255).fill(1))),
  );
  const alpn = concat(Uint8Array.of(0, 16), u16(names.length + 2), u16(names.length), names);
  const hello = Buffer.from(records(helloMessage([alpn]).subarray(0)));
  const packets = connection(WEB, hello, Buffer.of(1));
  expect(connections(packets)).toMatchObject([{ protocol: 'tls' }]);
});
