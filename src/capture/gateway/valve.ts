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

/** Holds what the command sends until the policy has seen what it claims to be. */
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

/**
 * Opens for a flow that may go on; for HTTP it stays at work, since a connection carries many requests, and a proxy
 * takes each of them elsewhere.
 */
export function createValve({ recognizer, judge, spend, onRefused }: ValveOptions): Valve {
  let held: Buffer[] = [];
  let isOpen = false;
  let isRefused = false;
  let requests: ReturnType<typeof createHttpRequestStream> | null = null;
  let isFirstRequest = true;
  /** The beginning of what came back, while a request to speak something else waits for its answer. */
  let answer: string | null = null;
  let received = '';

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

  const firstBytes = (isFinal: boolean): Release => {
    const { recognition, certain } = recognizer.judgement();
    const { tunnel } = recognition;
    if (!certain && !isFinal) {
      if (tunnel === null) return [];
      if (!judge(claimsOf(recognition)).isAllowed) return refuse();
      // The request for a tunnel may go; what is said inside waits until it is known.
      return tunnel.protocol === 'none' ? drain() : [];
    }
    if (!judge(claimsOf(recognition)).isAllowed) return refuse();
    isOpen = true;
    if (recognition.protocol !== 'http' || tunnel !== null) return drain();
    requests = createHttpRequestStream();
    const waiting = Buffer.concat(held);
    held = [];
    return read(waiting);
  };

  /** Lets whole requests through, and bodies as they come. */
  const read = (chunk: Buffer): Release => {
    if (requests === null) return [];
    const result = requests.push(chunk);
    held.push(chunk);
    if (result.state === 'unreadable') return refuse('requests that can not be told apart');
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
    if (result.open === 0) return drain();
    const whole = Buffer.concat(held);
    const end = whole.length - result.open;
    if (end <= 0) return [];
    held = [whole.subarray(0, end)];
    const released = drain();
    if (released !== 'refused') held = [whole.subarray(end)];
    return released;
  };

  return {
    get isHolding() {
      return held.length > 0;
    },
    take(chunk) {
      if (isRefused) return 'refused';
      if (requests !== null) return read(chunk);
      held.push(chunk);
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

function claimsOf({ protocol, sni, httpHost, ech, tunnel }: Recognition): FlowClaims {
  const inside = tunnel === null || tunnel.protocol === 'none' ? null : tunnel.protocol;
  return { protocol, sni, httpHost, ech, tunnelTarget: tunnel?.target ?? null, tunnelProtocol: inside };
}
