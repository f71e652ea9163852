import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PendingConnect, PendingConnects } from '../../../src/capture/gateway/pending.js';
import { bind, connect, localPort, setSocketOption, socket } from '../../../src/sandbox/libc.js';
import { CONSTANTS as C } from '../../../src/sandbox/syscalls.js';

let listener: net.Server;
let port: number;

beforeEach(async () => {
  listener = net.createServer((client) => client.destroy());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  port = (listener.address() as AddressInfo).port;
});
afterEach(() => {
  listener.close();
});

/** A socket as the supervisor has a duplicate of. */
function openSocket(): number {
  return socket(C.AF_INET, C.SOCK_STREAM | C.SOCK_CLOEXEC, 0);
}

function loopback(number: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(C.AF_INET, 0);
  address.writeUInt16BE(number, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
}

/** The kernel takes the held connect up again: now the socket has a port, the next free one where `source` is 0. */
function proceed(descriptor: number, to = port, source = 0): number {
  expect(bind(descriptor, loopback(source))).toBe(0);
  expect(connect(descriptor, loopback(to))).toBe(0);
  return localPort(descriptor);
}

function announced(descriptor: number, some: Partial<PendingConnect> = {}): PendingConnect {
  return {
    at: 0,
    releasedAt: 0,
    ruling: { isAllowed: true },
    actorId: 1,
    address: '127.0.0.1',
    port,
    descriptor,
    upstream: null,
    ...some,
  };
}

const isClosed = (descriptor: number): boolean => localPort(descriptor) < 0;

function pendingConnects() {
  const stale: PendingConnect[] = [];
  return { pending: new PendingConnects((one) => stale.push(one)), stale };
}

test('a connection finds its announcement by its source port, once, and the duplicate is closed', () => {
  const { pending } = pendingConnects();
  const [first, second] = [announced(openSocket()), announced(openSocket())];
  pending.add(first);
  pending.add(second);
  const secondPort = proceed(second.descriptor);
  const firstPort = proceed(first.descriptor);
  expect(pending.take(secondPort, '127.0.0.1', port)).toBe(second);
  expect(pending.take(secondPort, '127.0.0.1', port)).toBeNull();
  expect([isClosed(first.descriptor), isClosed(second.descriptor)]).toEqual([false, true]);
  expect(pending.take(firstPort, '127.0.0.1', port)).toBe(first);
  expect(isClosed(first.descriptor)).toBe(true);
});

test('one source port towards two destinations: each connection finds its own', async () => {
  const { pending } = pendingConnects();
  const other = net.createServer((client) => client.destroy());
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const otherPort = (other.address() as AddressInfo).port;
  const first = announced(openSocket());
  const second = announced(openSocket(), { port: otherPort });
  for (const { descriptor } of [first, second]) setSocketOption(descriptor, C.SOL_SOCKET, C.SO_REUSEADDR, 1);
  const source = proceed(first.descriptor, port, 0);
  expect(proceed(second.descriptor, otherPort, source)).toBe(source);
  pending.add(first);
  pending.add(second);
  expect(pending.take(source, '127.0.0.1', otherPort)).toBe(second);
  expect(pending.take(source, '127.0.0.1', port)).toBe(first);
  other.close();
});

test('what has no port yet, or no duplicate, is never guessed at', () => {
  const { pending, stale } = pendingConnects();
  const unbound = announced(openSocket());
  pending.add(unbound);
  pending.add(announced(-1));
  expect(pending.take(0, '127.0.0.1', port)).toBeNull();
  expect(pending.take(40_000, '127.0.0.1', port)).toBeNull();
  const itsPort = proceed(unbound.descriptor);
  expect(pending.take(itsPort, '127.0.0.1', port)).toBe(unbound);
  expect(stale).toEqual([]);
});

test('what does not arrive in ten seconds from its release is told, closed and given up, wherever it waits', () => {
  const { pending, stale } = pendingConnects();
  let discarded = 0;
  const upstream = {
    outcome: new Promise<never>(() => {}),
    abandon: () => {},
    discard: () => {
      discarded += 1;
    },
  };
  const known = announced(openSocket(), { upstream });
  const young = announced(openSocket(), { releasedAt: 5_000 });
  const fresh = announced(openSocket(), { upstream });
  for (const one of [known, young, fresh]) pending.add(one);
  proceed(known.descriptor);
  // Its port is learnt when somebody looks for another one.
  pending.take(1, '127.0.0.1', port);
  pending.sweep(10_000);
  expect(stale).toEqual([]);
  pending.sweep(10_001);
  expect(stale).toEqual([fresh, known]);
  expect(discarded).toBe(2);
  expect([known, young, fresh].map((one) => isClosed(one.descriptor))).toEqual([true, false, true]);
  pending.clear();
  expect(isClosed(young.descriptor)).toBe(true);
  expect(stale).toEqual([fresh, known, young]);
});
