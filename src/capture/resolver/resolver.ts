import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram';
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { LocalAnswer, LookUpRuling, Ruling } from '../gate.js';
import { canonicalAddress } from '../gateway/canonical-address.js';
import { type AnswerFacts, readAnswer } from './answers.js';
import { serveConnection } from './connection.js';
import type { HostsTable } from './hosts-file.js';
import { addressAnswer, aliasAnswer } from './local-answer.js';
import { createNameBook } from './name-book.js';
import { plainQuery, queryFor, withQuestionOf } from './plain-query.js';
import { meantName } from './search-fold.js';
import { stripEch } from './strip-ech.js';
import { typeName } from './type-names.js';
import {
  ATTEMPT_TIMEOUT,
  ATTEMPTS,
  type Failure,
  type ForwardResult,
  forward,
  type Upstream,
} from './upstream.js';
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
  /** Whether a name may be asked at all, before anything of the query leaves. Where absent, all may be. */
  readonly decide?: (name: string, type: string, asked: Asking) => LookUpRuling;
  /** Whether what came back may be handed on. Where absent, all may be. */
  readonly inspect?: (name: string, answer: AnswerFacts, asked: Asking) => LookUpRuling;
  /** Whether queries are written anew, so that nothing of the command's but the name leaves. */
  readonly isRewriting?: boolean;
  /** Milliseconds for one server, and rounds over all. */
  readonly timing?: { readonly timeout: number; readonly attempts: number };
}

/** Who asks, and how. */
export interface Asking {
  readonly client: Endpoint;
  /** Where the command sent it. */
  readonly server: Endpoint;
  readonly transport: 'udp' | 'tcp';
}

/** One query, as far as the resolver knows it. */
export interface QueryRecord extends Asking {
  /** `performance.now()` at its arrival. */
  readonly receivedAt: number;
  readonly durationMs: number | null;
  readonly name: string;
  readonly meant: string;
  readonly type: string;
  readonly rcode: string | null;
  /** `LIMIT`: it was not asked, since too many others were open. */
  readonly failure: Failure | 'MALFORMED' | 'LIMIT' | null;
  readonly cnames: readonly string[];
  readonly answers: readonly string[];
  readonly ruling: Ruling;
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

/** Queries that wait for the host's servers at once; each holds a descriptor, and no client has so many open. */
const MAXIMUM_OPEN = 1024;
const FORMERR = 1;
const SERVFAIL = 2;
const RCODES = { NOERROR: 0, NXDOMAIN: 3, REFUSED: 5 } as const;
const A = 1;
const AAAA = 28;
const ALLOWED: LookUpRuling = { isAllowed: true };

interface Asked extends Asking {
  readonly query: Buffer;
}

/** Starts a forwarding resolver; it serves the sockets that are attached to it. */
export function createResolver(options: ResolverOptions): Resolver {
  const names = createNameBook();
  const abort = new AbortController();
  // Each open query listens; Node would warn from the eleventh on.
  setMaxListeners(0, abort.signal);
  const open = new Set<Promise<unknown>>();
  const sockets = new Set<{ destroy(): void }>();
  const timing = options.timing ?? { timeout: ATTEMPT_TIMEOUT, attempts: ATTEMPTS };

  let forwarding = 0;
  const ask = async (
    query: Buffer,
    overTcp: boolean,
  ): Promise<ForwardResult | { readonly failure: 'LIMIT' }> => {
    if (forwarding >= MAXIMUM_OPEN) return { failure: 'LIMIT' };
    forwarding += 1;
    try {
      return await forward(query, options.upstreams, overTcp, timing, abort.signal);
    } finally {
      forwarding -= 1;
    }
  };

  /** From /etc/hosts, or nothing where the host can't reach the family; null where others must be asked. */
  const local = (question: Question, query: Buffer): Buffer | null => {
    if (question.type !== A && question.type !== AAAA) return null;
    const isOffered = question.type === A ? options.offer.ipv4 : options.offer.ipv6;
    const addresses = options.hosts.addressesOf(question.name);
    if (addresses.length > 0) return addressAnswer(query, question, addresses);
    return isOffered ? null : emptyAnswer(query, 0);
  };

  const forwarded = async (question: Question, { query, transport }: Asked): ReturnType<typeof ask> => {
    const overTcp = transport === 'tcp';
    if (options.isRewriting !== true) return ask(query, overTcp);
    const result = await ask(plainQuery(query, question), overTcp);
    return 'answer' in result ? { answer: withQuestionOf(result.answer, query, question) } : result;
  };

  /** What is said in the place of an answer that may not be had. */
  const instead = async (question: Question, query: Buffer, answer: LocalAnswer): Promise<Buffer> => {
    if ('rcode' in answer) return emptyAnswer(query, RCODES[answer.rcode]);
    if ('addresses' in answer) return addressAnswer(query, question, answer.addresses);
    const target = await ask(queryFor(answer.cname, question.type), false);
    const addresses = 'answer' in target ? readAnswer(target.answer).addresses : [];
    return aliasAnswer(query, question, answer.cname, addresses);
  };

  const answer = async (asked: Asked): Promise<Buffer | null> => {
    const receivedAt = performance.now();
    const { query } = asked;
    const question = readQuestion(query);
    const record = (
      facts: Pick<QueryRecord, 'rcode' | 'failure'> & Partial<Pick<QueryRecord, 'cnames' | 'answers'>>,
      ruling: Ruling = ALLOWED,
    ): void => {
      const name = question?.name ?? '';
      const { client, server, transport } = asked;
      const { answers = [], cnames = [] } = facts;
      options.onQuery({
        client,
        server,
        transport,
        receivedAt,
        durationMs: facts.rcode === null ? null : performance.now() - receivedAt,
        name,
        meant: meantName(name, options.search, answers.length + cnames.length > 0),
        type: question === null ? 'TYPE0' : typeName(question.type),
        rcode: facts.rcode,
        failure: facts.failure,
        cnames,
        answers,
        ruling,
      });
    };
    if (question === null) {
      record({ rcode: 'FORMERR', failure: 'MALFORMED' });
      return emptyAnswer(query, FORMERR);
    }
    const refuse = async (ruling: LookUpRuling & { isAllowed: false }): Promise<Buffer> => {
      const reply = await instead(question, query, ruling.answer);
      const facts = readAnswer(reply);
      names.add(question.name, facts.addresses);
      record({ ...facts, failure: null }, ruling);
      return reply;
    };
    const ruling = options.decide?.(question.name, typeName(question.type), asked) ?? ALLOWED;
    if (!ruling.isAllowed) return refuse(ruling);
    const known = local(question, query);
    const result = known === null ? await forwarded(question, asked) : { answer: known };
    if ('failure' in result) {
      record({ rcode: null, failure: result.failure }, ruling);
      return result.failure === 'ABORTED' ? null : emptyAnswer(query, SERVFAIL);
    }
    const facts = readAnswer(result.answer);
    // The host's own file is its administrator's word.
    const inspected = known === null ? (options.inspect?.(question.name, facts, asked) ?? ALLOWED) : ALLOWED;
    if (!inspected.isAllowed) return refuse(inspected);
    names.add(question.name, facts.addresses);
    record({ ...facts, failure: null }, ruling);
    return stripEch(result.answer);
  };

  const serve = (asked: Asked): Promise<Buffer | null> => {
    const work = answer(asked).finally(() => open.delete(work));
    open.add(work);
    return work;
  };

  return {
    attachUdp: (socket, server) => {
      const entry = { destroy: () => quietly(() => socket.close()) };
      sockets.add(entry);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(entry));
      socket.on('message', (message: Buffer, from: RemoteInfo) => {
        const query = Buffer.from(message);
        if (query.length < HEADER) return;
        const client = { address: canonicalAddress(from.address), port: from.port };
        serve({ query, client, server, transport: 'udp' }).then((reply) => {
          if (reply === null) return;
          const whole = reply.length <= payloadSize(query) ? reply : truncated(reply);
          quietly(() => socket.send(whole, from.port, from.address, () => {}));
        });
      });
    },
    attachTcp: (socket, server) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      const client = { address: canonicalAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
      serveConnection(socket, (query) => serve({ query, client, server, transport: 'tcp' }));
    },
    namesOf: (address) => names.namesOf(address),
    close: async () => {
      abort.abort();
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      // Each end of a query lets one that waited on its connection begin, and end.
      while (open.size > 0) await Promise.all(open);
    },
  };
}

/** A datagram socket throws where somebody else has closed it meanwhile: then there is nobody to tell. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // Closed.
  }
}
