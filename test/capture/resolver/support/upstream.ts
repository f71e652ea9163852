import dgram from 'node:dgram';
import net, { type AddressInfo, type Socket } from 'node:net';
import { createFrameReader, frame } from '../../../../src/capture/resolver/tcp-frames.js';

export type Transport = 'udp' | 'tcp';

/** A name server of the test's own on 127.0.0.1, over UDP and TCP on the same port. */
export interface TestUpstream {
  readonly address: string;
  readonly port: number;
  /** What was asked, in order. */
  readonly asked: { readonly message: Buffer; readonly transport: Transport }[];
  close(): Promise<void>;
}

/** What is said to a query: messages, sent one after another; none is silence. */
export type Behaviour = (message: Buffer, transport: Transport) => readonly Buffer[];

const TRIES = 20;

export async function startUpstream(behave: Behaviour): Promise<TestUpstream> {
  const asked: TestUpstream['asked'] = [];
  const connections = new Set<Socket>();
  const server = net.createServer((socket) => {
    connections.add(socket);
    const frames = createFrameReader();
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const message of frames.push(chunk)) {
        asked.push({ message, transport: 'tcp' });
        for (const answer of behave(message, 'tcp')) socket.write(frame(answer));
      }
    });
  });
  const udp = await bindBoth(server);
  udp.on('message', (message, from) => {
    asked.push({ message, transport: 'udp' });
    for (const answer of behave(message, 'udp')) udp.send(answer, from.port, from.address);
  });
  return {
    address: '127.0.0.1',
    port: udp.address().port,
    asked,
    close: async () => {
      for (const socket of connections) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise((resolve) => server.close(resolve)),
      ]);
    },
  };
}

/** The kernel chooses a TCP port; the same one may be taken for UDP. */
async function bindBoth(server: net.Server): Promise<dgram.Socket> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const udp = dgram.createSocket('udp4');
    const isBound = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, '127.0.0.1', () => resolve(true));
    });
    if (isBound) return udp;
    await new Promise((resolve) => server.close(resolve));
  }
  throw new Error('expected a port that is free for TCP and UDP');
}
