import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { canonicalAddress } from '../gateway/canonical-address.js';
import { readAnswer } from './answers.js';
import type { HostsTable } from './hosts-file.js';
import { addressAnswer } from './local-answer.js';
import { createNameBook } from './name-book.js';
import { meantName } from './search-fold.js';
import { stripEch } from './strip-ech.js';
import { createFrameReader, frame } from './tcp-frames.js';
import { typeName } from './type-names.js';
import { ATTEMPT_TIMEOUT, ATTEMPTS, type Failure, forward, type Upstream } from './upstream.js';
import { emptyAnswer, HEADER, payloadSize, type Question, readQuestion, truncated } from './wire.js';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface ResolverOptions {
  /** The host's own servers, in order. */
  readonly upstreams: readonly Upstream[];
  /** Search domains of the host's resolv.conf. */
  readonly search: readonly string[];
  readonly hosts: HostsTable;
  /** Address families that the host can reach: the others are answered without records. */
  readonly offer: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** Called once for each query, when it was answered or given up. */
  readonly onQuery: (query: QueryRecord) => void;
  /** Whether a name may be asked at all. */
  readonly decide?: (name: string, type: string) => 'forward' | { readonly rcode: 'NXDOMAIN' | 'REFUSED' };
  /** Milliseconds for one server, and rounds over all. */
  readonly timing?: { readonly timeout: number; readonly attempts: number };
}

/** One query, as far as the resolver knows it. */
export interface QueryRecord {
  readonly client: Endpoint;
  /** Where the command sent it. */
  readonly server: Endpoint;
  readonly transport: 'udp' | 'tcp';
  /** `performance.now()` at its arrival. */
  readonly receivedAt: number;
  readonly durationMs: number | null;
  readonly name: string;
  readonly meant: string;
  readonly type: string;
  readonly rcode: string | null;
  readonly failure: Failure | 'MALFORMED' | null;
  readonly cnames: readonly string[];
  readonly answers: readonly string[];
}

export interface Resolver {
  /** Serves a datagram socket that is bound where the command sends to. */
  attachUdp(socket: UdpSocket, server: Endpoint): void;
  /** Serves an accepted connection: pipelined, answered out of order (RFC 7766 §6.2.1.1). */
  attachTcp(socket: Socket, server: Endpoint): void;
  /** Names that were answered with the address in this run, newest first. */
  namesOf(address: string): readonly string[];
  /** Queries that are still open are recorded as aborted. Idempotent. */
  close(): Promise<void>;
}

/** A connection without a query for this long is closed, milliseconds (RFC 7766 §6.2.3: seconds, not minutes). */
const IDLE = 30_000;
/** Queries of one connection that may be open at once. */
const MAXIMUM_PIPELINED = 256;
const FORMERR = 1;
const SERVFAIL = 2;
const RCODE = { NXDOMAIN: 3, REFUSED: 5 } as const;
const A = 1;
const AAAA = 28;

interface Asked {
  readonly query: Buffer;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly transport: 'udp' | 'tcp';
}

/** Starts a forwarding resolver; it serves the sockets that are attached to it. */
export function createResolver(options: ResolverOptions): Resolver {
  const names = createNameBook();
  const abort = new AbortController();
  const open = new Set<Promise<void>>();
  const sockets = new Set<{ destroy(): void }>();
  const timing = options.timing ?? { timeout: ATTEMPT_TIMEOUT, attempts: ATTEMPTS };

  const local = (question: Question, query: Buffer): Buffer | null => {
    const decision = options.decide?.(question.name, typeName(question.type)) ?? 'forward';
    if (decision !== 'forward') return emptyAnswer(query, RCODE[decision.rcode]);
    if (question.type !== A && question.type !== AAAA) return null;
    const isOffered = question.type === A ? options.offer.ipv4 : options.offer.ipv6;
    const addresses = options.hosts.addressesOf(question.name);
    if (addresses.length > 0) return addressAnswer(query, question, addresses);
    return isOffered ? null : emptyAnswer(query, 0);
  };

  const answer = async (asked: Asked): Promise<Buffer | null> => {
    const receivedAt = performance.now();
    const { query } = asked;
    const question = readQuestion(query);
    const record = (
      facts: Pick<QueryRecord, 'rcode' | 'failure'> & Partial<Pick<QueryRecord, 'cnames' | 'answers'>>,
    ): void => {
      const name = question?.name ?? '';
      const { client, server, transport } = asked;
      const answers = facts.answers ?? [];
      options.onQuery({
        client,
        server,
        transport,
        receivedAt,
        durationMs: facts.rcode === null ? null : performance.now() - receivedAt,
        name,
        meant: meantName(name, options.search, answers.length > 0),
        type: question === null ? 'TYPE0' : typeName(question.type),
        rcode: facts.rcode,
        failure: facts.failure,
        cnames: facts.cnames ?? [],
        answers,
      });
    };
    if (question === null) {
      record({ rcode: 'FORMERR', failure: 'MALFORMED' });
      return emptyAnswer(query, FORMERR);
    }
    const known = local(question, query);
    const result =
      known === null
        ? await forward(query, options.upstreams, asked.transport === 'tcp', timing, abort.signal)
        : { answer: known };
    if ('failure' in result) {
      record({ rcode: null, failure: result.failure });
      return result.failure === 'ABORTED' ? null : emptyAnswer(query, SERVFAIL);
    }
    const facts = readAnswer(result.answer);
    names.add(question.name, facts.addresses);
    record({ ...facts, failure: null });
    return stripEch(result.answer);
  };

  const track = (work: Promise<void>): void => {
    open.add(work);
    work.finally(() => open.delete(work));
  };

  return {
    attachUdp: (socket, server) => {
      sockets.add({ destroy: () => socket.close() });
      socket.on('error', () => {});
      socket.on('message', (message: Buffer, from: RemoteInfo) => {
        const query = Buffer.from(message);
        if (query.length < HEADER) return;
        const client = { address: canonicalAddress(from.address), port: from.port };
        track(
          answer({ query, client, server, transport: 'udp' }).then((reply) => {
            if (reply === null) return;
            const fits = reply.length <= payloadSize(query);
            socket.send(fits ? reply : truncated(reply), from.port, from.address, () => {});
          }),
        );
      });
    },
    attachTcp: (socket, server) => {
      sockets.add(socket);
      const frames = createFrameReader();
      const client = { address: canonicalAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
      let pending = 0;
      let ended = false;
      socket.setTimeout(IDLE, () => socket.destroy());
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.on('end', () => {
        ended = true;
        if (pending === 0) socket.end();
      });
      socket.on('data', (chunk: Buffer) => {
        for (const query of frames.push(chunk)) {
          // Neither a message without a header nor a flood is DNS: there is nothing to say to it.
          if (query.length < HEADER || pending >= MAXIMUM_PIPELINED) {
            socket.destroy();
            return;
          }
          pending += 1;
          track(
            answer({ query, client, server, transport: 'tcp' }).then((reply) => {
              pending -= 1;
              if (reply !== null && !socket.destroyed) socket.write(frame(reply));
              if (ended && pending === 0) socket.end();
            }),
          );
        }
      });
      socket.resume();
    },
    namesOf: (address) => names.namesOf(address),
    close: async () => {
      abort.abort();
      await Promise.all(open);
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
  };
}
