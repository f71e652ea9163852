import type { Protocol } from '../../model/transport.js';
import { parseDnsOverTcp } from './dns-over-tcp.js';
import { parseGit } from './git.js';
import { parseConnectAnswer } from './http-answer.js';
import { parseHttpRequest } from './http-request.js';
import { parseLdap } from './ldap.js';
import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { parseRmi } from './rmi.js';
import { parseSmtpCommand, parseSmtpGreeting } from './smtp.js';
import { parseSocks } from './socks.js';
import { parseSsh } from './ssh.js';
import { parseStratum } from './stratum.js';
import { type ClientHello, parseTlsClientHello } from './tls-client-hello.js';
import type { TunnelOpening } from './tunnel-opening.js';

/** One protocol, with what its first bytes claim. */
export interface Layer {
  readonly protocol: Protocol;
  readonly sni: string | null;
  readonly alpn: readonly string[];
  readonly ech: boolean;
  readonly httpHost: string | null;
  /** Where the client asks a proxy for a tunnel: what follows is another layer. */
  readonly opening: TunnelOpening | null;
}

function tlsLayer({ sni, alpn, ech }: ClientHello): Layer {
  return { protocol: 'tls', sni, alpn, ech, httpHost: null, opening: null };
}

type Candidate = (sent: Uint8Array, received: Uint8Array) => Parsed<Layer>;

/** A layer about which nothing but its protocol is known. */
export function plainLayer(protocol: Protocol): Layer {
  return { protocol, sni: null, alpn: [], ech: false, httpHost: null, opening: null };
}

/**
 * In this order: a later one only counts when each earlier one is a no-match, so that the result does not depend
 * on how the bytes were cut. HTTP is last because its method may be almost any word.
 */
const CLIENT_CANDIDATES: readonly Candidate[] = [
  (sent) => map(parseTlsClientHello(sent), tlsLayer),
  (sent) => map(parseSsh(sent), plainLayer),
  (sent) => map(parseGit(sent), plainLayer),
  (sent) => map(parseRmi(sent), plainLayer),
  (sent) => map(parseLdap(sent), plainLayer),
  (sent) => map(parseDnsOverTcp(sent), plainLayer),
  (sent) => map(parseStratum(sent), plainLayer),
  (sent) => map(parseSmtpCommand(sent), plainLayer),
  (sent, received) => map(parseSocks(sent, received), (opening) => ({ ...plainLayer('socks'), opening })),
  (sent) =>
    map(parseHttpRequest(sent), ({ host, connectTarget: target, length }) => ({
      ...plainLayer('http'),
      httpHost: host,
      opening: target === null ? null : { target, length, answer: parseConnectAnswer },
    })),
];

/** Protocols in which the server speaks first. */
const SERVER_CANDIDATES: readonly Candidate[] = [
  (_, received) => map(parseSsh(received), plainLayer),
  (_, received) => map(parseSmtpGreeting(received), plainLayer),
];

/**
 * The protocol of one layer, by the client's bytes. The server's only tell what is proven while the client is
 * silent: were they final, the order in which two directions happen to be seen would choose the name.
 */
export function parseLayer(sent: Uint8Array, received: Uint8Array): Parsed<Layer> {
  if (sent.length > 0) return firstMatch(CLIENT_CANDIDATES, sent, received);
  if (received.length === 0) return needMore('none');
  const server = firstMatch(SERVER_CANDIDATES, sent, received);
  return needMore(server.state === 'done' ? server.value.protocol : null);
}

function firstMatch(candidates: readonly Candidate[], sent: Uint8Array, received: Uint8Array): Parsed<Layer> {
  for (const candidate of candidates) {
    const result = candidate(sent, received);
    if (result.state !== 'no-match') return result;
  }
  return NO_MATCH;
}

function map<A, B>(parsed: Parsed<A>, convert: (value: A) => B): Parsed<B> {
  return parsed.state === 'done' ? done(convert(parsed.value)) : parsed;
}
