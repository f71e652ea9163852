import dgram, { type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import type { FlowClaims, Gate, Ruling } from '../../../src/capture/gate.js';
import { DatagramFlow } from '../../../src/capture/gateway/datagram-flow.js';
import type { DatagramAnswers, SunkDatagram } from '../../../src/capture/sinkhole/datagram-answers.js';
import type { DatagramEvent } from '../../../src/model/event.js';
import { cryptoFrame } from '../import/support/sessions.js';
import { protectInitial } from '../recognize/quic/support.js';
import { ascii } from '../recognize/support/bytes.js';
import { helloMessage, serverName } from '../recognize/support/hello.js';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** The Initials of a hello, cut in two. */
function initials(name: string, destination = Buffer.from('8394c8f03e515708', 'hex')): Buffer[] {
  const message = Buffer.from(helloMessage([serverName(ascii(name))], 32));
  return [0, 1].map((part) => {
    const piece = message.subarray(part * 40, part === 0 ? 40 : undefined);
    return protectInitial({ frames: cryptoFrame(part * 40, piece), number: part, destination });
  });
}

function gateThat(allow: (claims: FlowClaims) => boolean, budget = Number.POSITIVE_INFINITY): Gate {
  let left = budget;
  const yes: Ruling = { isAllowed: true };
  return {
    lookUp: () => ({ isAllowed: true }),
    answer: () => ({ isAllowed: true }),
    flow: () => yes,
    claims: (_attempt, claims) => ({ isAllowed: allow(claims), rule: 'a rule' }),
    spend: (_attempt, bytes) => {
      left -= bytes;
      return left >= 0 ? yes : { isAllowed: false, rule: 'a budget', failure: 'EBUDGET' };
    },
  };
}

/** A flow to a server on loopback that counts, and echoes. */
async function setting(gate: Gate | null, answers: DatagramAnswers | null = null) {
  const server = dgram.createSocket('udp4');
  sockets.push(server);
  const arrived: Buffer[] = [];
  server.on('message', (message, from) => {
    arrived.push(message);
    server.send('answer', from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const events: DatagramEvent[] = [];
  const refusals: number[] = [];
  const replies: Buffer[] = [];
  let answered: () => void = () => {};
  const answer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const flow = new DatagramFlow({
    id: 1,
    at: 0,
    now: () => 5,
    localPort: 40000,
    attempt: {
      at: 0,
      actorId: 1,
      transport: 'udp',
      localPort: 40000,
      address: '127.0.0.1',
      port: server.address().port,
      resolvedNames: ['good.example'],
      hostsNames: [],
      isLoopback: false,
    },
    gate,
    answers,
    reply: (reply) => {
      replies.push(reply);
      answered();
    },
    refuse: () => refusals.push(arrived.length),
    emit: (event) => events.push(event),
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 100));
  return { flow, arrived, events, refusals, replies, answer, settled };
}

const isGood = ({ sni }: FlowClaims): boolean => sni === 'good.example';

test('a QUIC hello is waited for, and then all of it goes on in order', async () => {
  const { flow, arrived, events, answer, settled } = await setting(gateThat(isGood));
  const [first, second] = initials('good.example');
  flow.take(first!);
  await settled();
  expect(arrived).toEqual([]);
  flow.take(second!);
  await answer;
  await settled();
  expect(arrived).toEqual([first, second]);
  flow.end();
  expect(events.at(-1)).toMatchObject({
    host: 'good.example',
    hostSource: 'sni',
    sni: 'good.example',
    protocol: 'quic',
    verdict: 'allowed',
    datagramsSent: 2,
    bytesSent: 2400,
  });
});

test.for([
  ['names somebody else', initials('bad.example')],
  ['is never whole', initials('good.example').slice(0, 1)],
  ['can not be read', [Buffer.concat([Buffer.from('c00000000108', 'hex'), Buffer.alloc(1300, 7)])]],
] as const)('nothing leaves of a QUIC hello that %s', async ([what, datagrams]) => {
  const { flow, arrived, events, replies, refusals, settled } = await setting(gateThat(isGood));
  for (const datagram of datagrams) flow.take(datagram);
  await settled();
  flow.end();
  expect(arrived).toEqual([]);
  // Whoever is refused is told so both ways, since not every socket hears of the other.
  const isTold = what !== 'is never whole';
  expect([replies.length, refusals.length]).toEqual(isTold ? [1, 1] : [0, 0]);
  if (isTold) expect(replies[0]?.readUInt32BE(1)).toBe(0);
  expect(events.at(-1)).toMatchObject({ datagramsSent: 0, bytesSent: 0 });
});

const OTHER_CONNECTION = Buffer.from('0102030405060708', 'hex');

test.for([
  ['another protocol', [Buffer.from('x')]],
  ['a connection that was allowed', initials('good.example')],
] as const)('a QUIC hello is judged that comes after %s', async ([, before]) => {
  const lenient = (claims: FlowClaims): boolean => claims.protocol !== 'quic' || isGood(claims);
  const { flow, arrived, events, settled } = await setting(gateThat(lenient));
  for (const datagram of before) flow.take(datagram);
  await settled();
  // Of the connection itself whatever is said again goes on.
  if (before.length > 1) flow.take(before[0]!);
  await settled();
  const allowed = before.length === 1 ? 1 : 3;
  expect(arrived).toHaveLength(allowed);
  for (const datagram of initials('bad.example', OTHER_CONNECTION)) flow.take(datagram);
  flow.take(Buffer.from('more'));
  await settled();
  flow.end();
  expect(arrived).toHaveLength(allowed);
  expect(events.at(-1)).toMatchObject({
    verdict: 'blocked',
    protocol: 'quic',
    sni: 'bad.example',
    datagramsSent: allowed,
  });
});

test('another connection to the same host goes on, after its hello', async () => {
  const { flow, arrived, events, settled } = await setting(gateThat(isGood));
  for (const datagram of initials('good.example')) flow.take(datagram);
  await settled();
  const [first, second] = initials('good.example', OTHER_CONNECTION);
  flow.take(first!);
  await settled();
  expect(arrived).toHaveLength(2);
  flow.take(second!);
  await settled();
  flow.end();
  expect(arrived).toHaveLength(4);
  expect(events.at(-1)).toMatchObject({ verdict: 'allowed', datagramsSent: 4 });
});

test('where nothing is blocked, a hello is read and not waited for', async () => {
  const { flow, arrived, events, answer } = await setting(null);
  const [first, second] = initials('bad.example');
  flow.take(first!);
  await answer;
  expect(arrived).toHaveLength(1);
  flow.take(second!);
  flow.end();
  expect(events.at(-1)).toMatchObject({
    host: 'good.example',
    sni: 'bad.example',
    verdict: 'allowed',
    disagreements: [{ kind: 'sni-resolved', left: 'bad.example', right: 'good.example' }],
  });
});

test('what found no room while it waited has not left, and is not counted', async () => {
  const { flow, arrived, events, settled } = await setting(gateThat(() => true));
  for (let index = 0; index < 1000; index += 1) flow.take(Buffer.from('1234'));
  await settled();
  expect(arrived.length).toBeGreaterThan(0);
  flow.end();
  expect(events.at(-1)).toMatchObject({ datagramsSent: 256, bytesSent: 1024 });
  const held = await setting(gateThat(isGood));
  held.flow.take(initials('good.example')[0]!);
  await held.settled();
  held.flow.end();
  expect(held.events.at(-1)).toMatchObject({ datagramsSent: 0, bytesSent: 0 });
});

test('a refused flow is one event, however much is sent on it', async () => {
  const { flow, arrived, events, settled } = await setting(gateThat(() => false));
  for (let index = 0; index < 5; index += 1) flow.take(Buffer.from('x'));
  await settled();
  flow.end();
  expect(arrived).toEqual([]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  expect(events.at(-1)).toMatchObject({
    verdict: 'blocked',
    rule: 'a rule',
    failure: 'EBLOCKED',
    bytesSent: 0,
  });
});

test('a budget ends a flow in the middle', async () => {
  const { flow, arrived, events, refusals, answer, settled } = await setting(gateThat(() => true, 10));
  flow.take(Buffer.from('12345678'));
  await answer;
  flow.take(Buffer.from('12345678'));
  await settled();
  flow.end();
  expect(arrived).toHaveLength(1);
  expect(refusals).toEqual([1]);
  expect(events.at(-1)).toMatchObject({
    verdict: 'blocked',
    rule: 'a budget',
    failure: 'EBUDGET',
    bytesSent: 8,
  });
});

test('what is sunk is answered once its hello has been read, and goes nowhere', async () => {
  const asked: SunkDatagram[] = [];
  const sunk: Ruling = { isAllowed: false, isSunk: true };
  const gate = { ...gateThat(() => true), flow: () => sunk };
  const { flow, arrived, events, refusals, replies, settled } = await setting(gate, (datagram) => {
    asked.push(datagram);
    return datagram.protocol === 'quic' ? Buffer.from('no') : null;
  });
  const [first, second] = initials('shop.example');
  flow.take(Buffer.from('x'));
  flow.take(first!);
  expect(replies).toEqual([]);
  flow.take(second!);
  await settled();
  flow.end();
  expect(asked.map(({ protocol, bytes }) => [protocol, bytes])).toEqual([
    ['unknown', Buffer.from('x')],
    ['quic', second],
  ]);
  expect(replies).toEqual([Buffer.from('no')]);
  expect([arrived, refusals]).toEqual([[], []]);
  expect(events.at(-1)).toMatchObject({
    verdict: 'sunk',
    sni: 'shop.example',
    datagramsSent: 3,
    bytesSent: 2401,
    datagramsReceived: 1,
    bytesReceived: 2,
    failure: null,
  });
});
