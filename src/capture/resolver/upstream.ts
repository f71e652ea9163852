import dgram from 'node:dgram';
import net from 'node:net';
import { isIpv6 } from '../../model/ip.js';
import { randomBytes } from '../../model/random.js';
import { HEADER, readQuestion } from './wire.js';

export interface Upstream {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds until the next server is asked (resolv.conf(5): 5 s by default; we fail over sooner than the client). */
export const ATTEMPT_TIMEOUT = 2000;
/** Rounds over all servers (resolv.conf(5): 2). */
export const ATTEMPTS = 2;
const NOERROR = 0;
const SERVFAIL = 2;
const REFUSED = 5;

export type Failure = 'TIMEOUT' | 'UNREACHABLE' | 'ABORTED';
export type ForwardResult = { readonly answer: Buffer } | { readonly failure: Failure };

/**
 * Asks the servers in order until one answers well; an answer that says SERVFAIL or REFUSED is used only where no
 * other server does better. Over TCP where the client did, or where the answer was truncated.
 */
export async function forward(
  query: Buffer,
  upstreams: readonly Upstream[],
  overTcp: boolean,
  timing: { readonly timeout: number; readonly attempts: number },
  signal: AbortSignal,
): Promise<ForwardResult> {
  let poor: Buffer | null = null;
  let failure: Failure = 'UNREACHABLE';
  for (let attempt = 0; attempt < timing.attempts; attempt += 1) {
    for (const upstream of upstreams) {
      const result = await askServer(query, upstream, overTcp, timing.timeout, signal);
      if (signal.aborted) return { failure: 'ABORTED' };
      if ('failure' in result) {
        failure = result.failure;
        continue;
      }
      const rcode = result.answer.readUInt16BE(2) & 0xf;
      if (rcode !== SERVFAIL && rcode !== REFUSED) return result;
      poor = result.answer;
    }
    if (poor !== null) return { answer: poor };
  }
  return { failure };
}

async function askServer(
  query: Buffer,
  upstream: Upstream,
  overTcp: boolean,
  timeout: number,
  signal: AbortSignal,
) {
  // An identifier of our own, unguessable together with the port (RFC 5452); the client's comes back at the end.
  const id = randomBytes(2).readUInt16BE();
  const asked = Buffer.from(query);
  asked.writeUInt16BE(id, 0);
  let result = overTcp
    ? await askTcp(asked, upstream, timeout, signal)
    : await askUdp(asked, upstream, timeout, signal);
  if (!overTcp && 'answer' in result && (result.answer.readUInt16BE(2) & 0x0200) !== 0) {
    const whole = await askTcp(asked, upstream, timeout, signal);
    if ('answer' in whole) result = whole;
  }
  if ('answer' in result) result.answer.writeUInt16BE(query.readUInt16BE(0), 0);
  return result;
}

/** Whether an answer belongs to the query: identifier, response bit, and the question but for the case of letters. */
function belongs(answer: Buffer, query: Buffer): boolean {
  if (answer.length < HEADER || answer.readUInt16BE(0) !== query.readUInt16BE(0) || (answer[2] ?? 0) < 0x80)
    return false;
  // FORMERR and the like may come without a question.
  if (answer.readUInt16BE(4) === 0) return (answer.readUInt16BE(2) & 0xf) !== NOERROR;
  const [asked, said] = [readQuestion(query), readQuestion(answer)];
  if (asked === null || said === null) return false;
  // The last two bytes are the class.
  const isSameClass = query.readUInt16BE(asked.end - 2) === answer.readUInt16BE(said.end - 2);
  return asked.name === said.name && asked.type === said.type && isSameClass;
}

function askUdp(
  query: Buffer,
  upstream: Upstream,
  timeout: number,
  signal: AbortSignal,
): Promise<ForwardResult> {
  return settled(timeout, signal, (done) => {
    const socket = dgram.createSocket(isIpv6(upstream.address.replace(/%.*/, '')) ? 'udp6' : 'udp4');
    socket.on('error', () => done({ failure: 'UNREACHABLE' }));
    socket.on('message', (answer) => {
      if (belongs(answer, query)) done({ answer: Buffer.from(answer) });
    });
    // Connected: answers from elsewhere are dropped by the kernel, and a closed port is an error at once.
    // No callback: it would also be called where there is no route, and to send would throw.
    const send = (): void => socket.send(query);
    socket.on('connect', send);
    socket.connect(upstream.port, upstream.address);
    return () => {
      socket.off('connect', send);
      socket.close();
    };
  });
}

function askTcp(
  query: Buffer,
  upstream: Upstream,
  timeout: number,
  signal: AbortSignal,
): Promise<ForwardResult> {
  return settled(timeout, signal, (done) => {
    const socket = net.connect({ host: upstream.address, port: upstream.port, noDelay: true });
    let bytes = Buffer.alloc(0);
    socket.on('error', () => done({ failure: 'UNREACHABLE' }));
    socket.on('close', () => done({ failure: 'UNREACHABLE' }));
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return;
      const answer = Buffer.from(bytes.subarray(2, 2 + bytes.readUInt16BE(0)));
      done(belongs(answer, query) ? { answer } : { failure: 'UNREACHABLE' });
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length, 0);
    socket.write(Buffer.concat([length, query]));
    return () => socket.destroy();
  });
}

function settled(
  timeout: number,
  signal: AbortSignal,
  start: (done: (result: ForwardResult) => void) => () => void,
): Promise<ForwardResult> {
  if (signal.aborted) return Promise.resolve({ failure: 'ABORTED' });
  return new Promise((resolve) => {
    let stop: (() => void) | null = null;
    let isDone = false;
    const done = (result: ForwardResult): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      stop?.();
      resolve(result);
    };
    const abort = (): void => done({ failure: 'ABORTED' });
    const timer = setTimeout(() => done({ failure: 'TIMEOUT' }), timeout);
    signal.addEventListener('abort', abort);
    stop = start(done);
  });
}
