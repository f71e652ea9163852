import dgram from 'node:dgram';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { parseHosts } from '../../../../src/capture/resolver/hosts-file.js';
import {
  createResolver,
  type QueryRecord,
  type Resolver,
  type ResolverOptions,
} from '../../../../src/capture/resolver/resolver.js';
import { createFrameReader, frame } from '../../../../src/capture/resolver/tcp-frames.js';
import { type Behaviour, startUpstream, type TestUpstream } from './upstream.js';

/** Where the queries claim to have been sent: not the test's socket, so that a mix-up shows. */
export const SERVER = { address: '198.51.100.53', port: 53 };

/** A resolver with one UDP socket and one TCP listener on 127.0.0.1. */
export interface Setting {
  readonly resolver: Resolver;
  readonly records: readonly QueryRecord[];
  readonly port: number;
  readonly udp: dgram.Socket;
  /** Resolves when so many queries have been recorded. */
  recorded(count: number): Promise<void>;
  /** Sends from a socket of its own and gives the first datagram that comes back. */
  ask(message: Buffer): Promise<Buffer>;
  /** Sends and waits for nothing. */
  tell(message: Buffer): Promise<void>;
  connect(): Promise<TcpClient>;
  close(): Promise<void>;
}

export interface TcpClient {
  readonly socket: Socket;
  /** The next message, null where the connection ended before one. */
  next(): Promise<Buffer | null>;
  ask(message: Buffer): Promise<Buffer | null>;
}

const cleanups: (() => Promise<void>)[] = [];

/** Ends all that the functions below have started; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function upstream(behave: Behaviour): Promise<TestUpstream> {
  const started = await startUpstream(behave);
  cleanups.push(() => started.close());
  return started;
}

export async function setting(
  options: Partial<ResolverOptions> & Pick<ResolverOptions, 'upstreams'>,
): Promise<Setting> {
  const records: QueryRecord[] = [];
  const watchers = new Set<() => void>();
  const resolver = createResolver({
    search: [],
    hosts: parseHosts(''),
    offer: { ipv4: true, ipv6: true },
    timing: { timeout: 5000, attempts: 1 },
    ...options,
    onQuery: (record) => {
      records.push(record);
      for (const watcher of watchers) watcher();
    },
  });
  const udp = dgram.createSocket('udp4');
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  resolver.attachUdp(udp, SERVER);
  const server = net.createServer({ allowHalfOpen: true }, (socket) => resolver.attachTcp(socket, SERVER));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tcpPort = (server.address() as AddressInfo).port;
  const { port } = udp.address();
  cleanups.push(async () => {
    await resolver.close();
    server.close();
  });
  return {
    resolver,
    records,
    port,
    udp,
    recorded: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (records.length < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    ask: async (message) => {
      const socket = dgram.createSocket('udp4');
      socket.send(message, port, '127.0.0.1');
      const [answer] = (await once(socket, 'message')) as [Buffer];
      socket.close();
      return answer;
    },
    tell: async (message) => {
      const socket = dgram.createSocket('udp4');
      await new Promise((resolve) => socket.send(message, port, '127.0.0.1', resolve));
      socket.close();
    },
    connect: () => connectTcp(tcpPort),
    close: () => resolver.close(),
  };
}

async function connectTcp(port: number): Promise<TcpClient> {
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
  cleanups.push(async () => {
    socket.destroy();
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const frames = createFrameReader();
  const messages: Buffer[] = [];
  const waiting: ((message: Buffer | null) => void)[] = [];
  let ended = false;
  const end = (): void => {
    ended = true;
    for (const resolve of waiting.splice(0)) resolve(null);
  };
  socket.on('data', (chunk: Buffer) => {
    for (const message of frames.push(chunk)) {
      const resolve = waiting.shift();
      if (resolve === undefined) messages.push(message);
      else resolve(message);
    }
  });
  socket.on('end', end);
  socket.on('close', end);
  const next = (): Promise<Buffer | null> =>
    new Promise((resolve) => {
      const message = messages.shift();
      if (message !== undefined || ended) resolve(message ?? null);
      else waiting.push(resolve);
    });
  return {
    socket,
    next,
    ask: (message) => {
      socket.write(frame(message));
      return next();
    },
  };
}
