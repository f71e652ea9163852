import { type FlowClaims, NO_CLAIMS, type Ruling } from '../gate.js';
import type { FirstBytes, Recognition } from '../recognize/first-bytes.js';
import { createHttpRequestStream } from '../recognize/http-request-stream.js';

export interface ValveOptions {
  /** Has seen all that the valve is given, and all that came back. */
  readonly recognizer: FirstBytes;
  /** Asks whether the flow may go on with these claims. */
  readonly judge: (claims: FlowClaims) => Ruling;
  /** Asks whether so many bytes more may leave. */
  readonly spend: (bytes: number) => Ruling;
  /** Told why the flow ends where no rule says it. */
  readonly onRefused: (rule: string) => void;
}

/** Bytes that may leave now, in order; or nothing may, ever. */
export type Release = readonly Buffer[] | 'refused';

/**
 * Holds what the command sends until the policy has seen what it claims to be.
 *
 * What nobody waits for any longer goes as the undecided bytes that it is, and what follows is looked at together with
 * it, until it is certain. So a name that is said late is judged like one that is said at once, and the request or hello
 * that says it never leaves whole before. The bound is the recognizer's maximum: a flow that is undecided there ends.
 */
export interface Valve {
  /** Takes bytes that the command has sent. */
  take(chunk: Buffer): Release;
  /** The same after bytes have come back, which may tell what the held ones are. */
  heard(chunk: Buffer): Release;
  /** Nobody waits any longer, or nothing more will be sent: what is held is judged as it is. */
  settle(): Release;
  /** True while bytes are held. */
  readonly isHolding: boolean;
}

/** `HTTP/1.1 101`: the answer that ends HTTP on a connection (RFC 9110 §15.2.2). */
const SWITCHED = /^HTTP\/1\.\d 101$/;
const STATUS_LENGTH = 'HTTP/1.1 101'.length;

/** Of a flow whose bytes a peer may read as something else than we do. */
const AMBIGUOUS = 'requests that can not be told apart';

/**
 * Opens for a flow that may go on; for HTTP it stays at work, since a connection carries many requests, and a proxy
 * takes each of them elsewhere.
 */
export function createValve({ recognizer, judge, spend, onRefused }: ValveOptions): Valve {
  let held: Buffer[] = [];
  let isOpen = false;
  let isRefused = false;
  /** Nobody waits for certainty any longer. */
  let isSettled = false;
  /** What has left undecided, and belongs to what is still being read. */
  let undecided: Buffer[] = [];
  /** Bytes that were taken while nothing was known. */
  let taken = 0;
  let requests: ReturnType<typeof createHttpRequestStream> | null = null;
  let isFirstRequest = true;
  /** The beginning of what came back, while a request to speak something else waits for its answer. */
  let answer: string | null = null;
  let received = '';

  const heldBytes = (): number => held.reduce((sum, chunk) => sum + chunk.length, 0);
  const refuse = (rule?: string): 'refused' => {
    if (rule !== undefined) onRefused(rule);
    isRefused = true;
    held = [];
    return 'refused';
  };
  const drain = (): Release => {
    const released = held;
    held = [];
    const bytes = released.reduce((sum, chunk) => sum + chunk.length, 0);
    return bytes === 0 || spend(bytes).isAllowed ? released : refuse();
  };

  /** The first `length` of the held bytes may leave; the others stay. */
  const drainTo = (length: number): Release => {
    if (length <= 0) return [];
    if (length >= heldBytes()) return drain();
    const whole = Buffer.concat(held);
    held = [whole.subarray(0, length)];
    const released = drain();
    if (released !== 'refused') held = [whole.subarray(length)];
    return released;
  };

  const firstBytes = (isFinal: boolean): Release => {
    isSettled ||= isFinal;
    const { recognition, state, asked } = recognizer.judgement();
    switch (state) {
      case 'lost':
        return refuse(AMBIGUOUS);
      case 'open':
        return undecidedBytes(recognition, asked, isFinal);
      case 'certain':
        return knownBytes(recognition);
    }
  };

  const undecidedBytes = (recognition: Recognition, asked: number, isFinal: boolean): Release => {
    const { tunnel } = recognition;
    const isWaiting = !isSettled || asked > 0;
    if (isWaiting && tunnel !== null && !judge(outside(recognition)).isAllowed) return refuse();
    if (asked > 0) {
      // The request for a tunnel may go; what is said inside, or after a refusal, waits for the proxy's answer.
      undecided = [];
      return drainTo(asked - taken + heldBytes());
    }
    if (isWaiting) return [];
    // What has begun to say its name after it went undecided is waited for once more.
    if (!judge(claimsOf(recognition)).isAllowed) return isFinal ? refuse() : [];
    undecided.push(...held);
    return drain();
  };

  const knownBytes = (recognition: Recognition): Release => {
    if (!judge(claimsOf(recognition)).isAllowed) return refuse();
    isOpen = true;
    if (recognition.protocol !== 'http' || recognition.tunnel !== null) return drain();
    requests = createHttpRequestStream();
    requests.push(Buffer.concat(undecided));
    const waiting = Buffer.concat(held);
    held = [];
    return read(waiting);
  };

  /** Lets whole requests through, and bodies as they come. */
  const read = (chunk: Buffer): Release => {
    if (requests === null) return [];
    const result = requests.push(chunk);
    held.push(chunk);
    if (result.state === 'unreadable') return refuse(AMBIGUOUS);
    for (const request of result.requests) {
      const isFirst = isFirstRequest;
      isFirstRequest = false;
      // The first has been judged with the flow; a tunnel or another protocol in mid-connection is nobody's habit.
      if (isFirst) {
        if (request.isUpgrade) answer = '';
        continue;
      }
      if (request.connectTarget !== null || request.isUpgrade || answer !== null) {
        return refuse('a tunnel or another protocol after other requests');
      }
      if (!judge({ ...NO_CLAIMS, protocol: 'http', httpHost: request.host }).isAllowed) return refuse();
    }
    return drainTo(heldBytes() - result.open);
  };

  return {
    get isHolding() {
      return held.length > 0;
    },
    take(chunk) {
      if (isRefused) return 'refused';
      if (requests !== null) return read(chunk);
      held.push(chunk);
      taken += chunk.length;
      return isOpen ? drain() : firstBytes(false);
    },
    heard(chunk) {
      if (isRefused) return 'refused';
      if (answer !== null && received.length < STATUS_LENGTH) {
        received += chunk.toString('latin1', 0, STATUS_LENGTH - received.length);
        // It speaks something else from here on, or it stays HTTP and the request was like any other.
        if (received.length === STATUS_LENGTH) {
          if (SWITCHED.test(received)) requests = null;
          answer = null;
          if (requests === null) return drain();
        }
      }
      return isOpen || held.length === 0 ? [] : firstBytes(false);
    },
    settle() {
      if (isRefused) return 'refused';
      if (isOpen || held.length === 0) return [];
      return firstBytes(true);
    },
  };
}

/** What is known of a tunnel while nothing is known of its inside. */
function outside({ protocol, tunnel }: Recognition): FlowClaims {
  return { ...NO_CLAIMS, protocol, tunnelTarget: tunnel?.target ?? null };
}

function claimsOf({ protocol, sni, httpHost, ech, tunnel }: Recognition): FlowClaims {
  const inside = tunnel === null || tunnel.protocol === 'none' ? null : tunnel.protocol;
  return { protocol, sni, httpHost, ech, tunnelTarget: tunnel?.target ?? null, tunnelProtocol: inside };
}
