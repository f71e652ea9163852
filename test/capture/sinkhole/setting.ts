import net, { type AddressInfo, type Socket } from 'node:net';
import type { Recognition } from '../../../src/capture/recognize/first-bytes.js';
import { createSinkhole, type SinkholeOptions } from '../../../src/capture/sinkhole/answer.js';
import { type Authority, createAuthority } from '../../../src/capture/sinkhole/authority.js';
import { parseAnswers } from '../../../src/capture/sinkhole/recorded-answers.js';
import type { RequestEvent } from '../../../src/model/event.js';

/** A sinkhole on a port of the loopback, as the gateway would use it. */
export interface Setting {
  readonly port: number;
  readonly authority: Authority;
  /** The last state of each recorded request, in order. */
  requests(): RequestEvent[];
  readonly recognitions: Recognition[];
  /** How each connection ended, once it has. */
  readonly failures: (string | null)[];
  /** Resolves with how the next connection ends. */
  ended(): Promise<string | null>;
  connect(): Promise<Socket>;
  stop(): void;
}

/** One for all: a key pair takes a while. */
const authority = createAuthority(new Date());

export async function startSetting(
  given: Partial<Pick<SinkholeOptions, 'reveal' | 'onLimit'>> & {
    readonly answers?: readonly object[];
    /** The port that the clients meant. */
    readonly meant?: number;
  } = {},
): Promise<Setting> {
  const events = new Map<number, RequestEvent>();
  const recognitions: Recognition[] = [];
  const failures: (string | null)[] = [];
  const waiting: ((failure: string | null) => void)[] = [];
  let next = 100;
  const sinkhole = createSinkhole({
    sink: {
      nextId: () => next++,
      emit: (event) => {
        if (event.kind === 'request') events.set(event.id, event);
      },
    },
    now: () => 5,
    clock: () => 0,
    authority,
    answers: parseAnswers(JSON.stringify(given.answers ?? [])),
    reveal: given.reveal ?? false,
    onLimit: given.onLimit ?? (() => {}),
  });
  let connections = 0;
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    connections += 1;
    sinkhole
      .answer(socket, {
        id: connections,
        actorId: 7,
        port: given.meant ?? 443,
        hostOf: (recognition) => recognition.sni ?? recognition.httpHost ?? '198.18.0.1',
        onRecognized: (recognition) => recognitions.push(recognition),
      })
      .then((failure) => {
        failures.push(failure);
        waiting.shift()?.(failure);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    authority,
    requests: () => [...events.values()],
    recognitions,
    failures,
    ended: () => new Promise((resolve) => waiting.push(resolve)),
    connect: () =>
      new Promise((resolve) => {
        const socket: Socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () =>
          resolve(socket),
        );
        socket.on('error', () => {});
      }),
    stop: () => {
      sinkhole.close();
      server.close();
    },
  };
}

/** All that comes on a stream until its end. */
export async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}
