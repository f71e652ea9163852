import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ActorId } from '../../model/actor.js';
import type { Protocol } from '../../model/transport.js';
import { formatTarget } from '../recognize/authority.js';
import type { Recognition } from '../recognize/first-bytes.js';
import type { Authority } from './authority.js';
import { createDatagramAnswers, type DatagramAnswers } from './datagram-answers.js';
import { type Carrier, createExchanges, type ExchangeOptions } from './exchange.js';
import { greetingOf, SSH_GREETING } from './greeting.js';
import { createHttp1 } from './http1.js';
import { HTTP2_PREFACE, serveHttp2 } from './http2.js';
import { readOpening } from './opening.js';
import { readOut } from './read-out.js';
import { NO_REQUEST, terminateTls, tlsFailure } from './terminate-tls.js';

export interface SinkholeOptions extends ExchangeOptions {
  readonly authority: Authority;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** A connection as the gateway knows it. */
export interface SunkConnection {
  /** Id of its event. */
  readonly id: number;
  readonly actorId: ActorId | null;
  readonly port: number;
  /** The connection's host by what its first bytes claim. */
  hostOf(recognition: Recognition): string;
  /** Told what the first bytes said, and again when a tunnel shows what is inside. */
  onRecognized(recognition: Recognition): void;
}

/** Answers connections and datagrams in the place of those that they were meant for. */
export interface Sinkhole {
  /**
   * Answers a paused socket. Resolves when it has closed, with why it failed: a code of the system's, of Node's HTTP
   * parser, of TLS; `ECERTREFUSED` where the client refused the certificate; `ENOREQUEST` where it has seen it and left
   * without a word, as Node's clients do that don't trust it. Null where all went well. Never rejects.
   */
  answer(socket: Socket, connection: SunkConnection): Promise<string | null>;
  readonly answerDatagram: DatagramAnswers;
  /** Ends all connections; idempotent. */
  close(): void;
}

/** Milliseconds without traffic after which a connection is ended. */
const IDLE = 30_000;
/** TLS and tunnels inside of each other; honest clients need three (TLS to a proxy, a tunnel, TLS inside). */
const MAXIMUM_LAYERS = 8;

/** One protocol inside of another, from the outermost. */
interface Layer {
  readonly stream: Duplex;
  /** The connection that carries all layers. */
  readonly socket: Socket;
  readonly depth: number;
  readonly host: string | null;
  readonly port: number;
  readonly protocol: Carrier['protocol'];
  /** What was recognized outside of the tunnel that this layer is in; null outside of any. */
  readonly tunnel: { readonly outer: Recognition; readonly target: string } | null;
  readonly connection: SunkConnection;
  readonly fail: (code: string) => void;
}

export function createSinkhole(options: SinkholeOptions): Sinkhole {
  const exchanges = createExchanges(options);
  const http1 = createHttp1();
  const open = new Set<Socket>();

  const answerLayer = async (layer: Layer): Promise<void> => {
    const { stream, connection, fail } = layer;
    const isInnermost = layer.depth >= MAXIMUM_LAYERS;
    const isInTls = layer.protocol === 'tls';
    const greeting = layer.depth === 0 || isInTls ? greetingOf(layer.port, isInTls) : null;
    const opening = await readOpening(stream, greeting);
    if (opening === null) return;
    const { recognition } = opening;
    const isTold = layer.depth === 0 || layer.tunnel !== null;
    if (isTold) connection.onRecognized(inTunnel(layer.tunnel, recognition));
    if (opening.hasEnded) {
      if (layer.protocol === 'tls' && layer.tunnel === null && opening.bytes.length === 0) fail(NO_REQUEST);
      return readOut(stream);
    }
    const host = layer.host ?? connection.hostOf(recognition);
    if (recognition.protocol === 'tls' && !isInnermost) return answerTls(layer, recognition, host);
    if (recognition.protocol !== 'http' || isInnermost) {
      if (recognition.protocol === 'ssh') stream.write(SSH_GREETING);
      return readOut(stream);
    }
    const isHttp2 = opening.bytes.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE);
    if (isHttp2) return answerHttp2(layer, host);
    answerHttp1(layer, recognition, host);
  };

  const answerTls = async (layer: Layer, { sni }: Recognition, host: string): Promise<void> => {
    const outcome = await terminateTls(layer.stream, options.authority.credentialsFor(sni ?? host));
    if (!outcome.secure) return layer.fail(outcome.failure);
    const { socket } = outcome;
    socket.on('error', (error: NodeJS.ErrnoException) => layer.fail(tlsFailure(error)));
    const inner: Layer = {
      ...layer,
      stream: socket,
      depth: layer.depth + 1,
      host,
      protocol: 'tls',
      tunnel: null,
    };
    if (socket.alpnProtocol === 'h2') return answerHttp2(inner, host);
    return answerLayer(inner);
  };

  const answerHttp1 = (layer: Layer, recognition: Recognition, host: string): void => {
    http1.serve(layer.stream, {
      onExchange: (exchange) => exchanges(exchange, carrierOf(layer, host)),
      onTunnel: (stream, { host: to, port }) => {
        const target = formatTarget(to, port ?? layer.port);
        const tunnel = layer.depth === 0 ? { outer: recognition, target } : null;
        const inner = {
          ...layer,
          stream,
          depth: layer.depth + 1,
          host: to,
          port: port ?? layer.port,
          tunnel,
        };
        run(answerLayer({ ...inner, protocol: 'http' }), inner);
      },
      onFailure: layer.fail,
    });
  };

  const answerHttp2 = (layer: Layer, host: string): void => {
    // The session reads past the socket, whose timer would not notice, and has one of its own.
    layer.socket.setTimeout(0);
    serveHttp2(layer.stream, {
      onExchange: (exchange) => exchanges(exchange, carrierOf(layer, host)),
      onFailure: layer.fail,
      onSilence: () => {
        if (layer.protocol === 'tls') layer.fail(NO_REQUEST);
      },
    });
  };

  return {
    answer: (socket, connection) =>
      new Promise((resolve) => {
        let failure: string | null = null;
        const fail = (code: string): void => {
          failure ??= code;
        };
        open.add(socket);
        socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'EIO'));
        socket.setTimeout(IDLE, () => socket.destroy());
        socket.once('close', () => {
          open.delete(socket);
          // What else hears of the close may know why.
          setImmediate(() => resolve(failure));
        });
        const layer: Layer = {
          stream: socket,
          socket,
          depth: 0,
          host: null,
          port: connection.port,
          protocol: 'http',
          tunnel: null,
          connection,
          fail,
        };
        run(answerLayer(layer), layer);
      }),
    answerDatagram: createDatagramAnswers(options.clock),
    close: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** An answer that fails ends its connection, and no other. */
function run(answering: Promise<void>, { stream, fail }: Layer): void {
  answering.catch((error: NodeJS.ErrnoException) => {
    fail(error.code ?? 'EIO');
    stream.destroy();
  });
}

function carrierOf({ connection, port, protocol }: Layer, host: string): Carrier {
  return { actorId: connection.actorId, connectionId: connection.id, host, port, protocol };
}

/** What the first bytes of a flow say together with those inside of its tunnel. */
function inTunnel(tunnel: Layer['tunnel'], inner: Recognition): Recognition {
  if (tunnel === null) return inner;
  const protocol: Protocol = inner.protocol;
  return { ...inner, protocol: tunnel.outer.protocol, tunnel: { target: tunnel.target, protocol } };
}
