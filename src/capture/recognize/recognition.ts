import type { Protocol } from '../../model/transport.js';
import { type Layer, parseLayer, plainLayer } from './layer.js';
import { latin1 } from './text.js';

/** What the first bytes of a flow say; all of it claims. */
export interface Recognition {
  /** Protocol of the flow itself: `http` or `socks` where it carries a tunnel. */
  readonly protocol: Protocol;
  /** Lower case, of the flow or of what is inside its tunnel; null where there is none, or it is no host name. */
  readonly sni: string | null;
  readonly alpn: readonly string[];
  /** True where the ClientHello carries an encrypted_client_hello extension, GREASE or not. */
  readonly ech: boolean;
  /** Host without port, of the flow or of what is inside its tunnel; null for a CONNECT itself. */
  readonly httpHost: string | null;
  /** `host:port` of a CONNECT or a SOCKS request, and the protocol inside: `none` while nothing was said there. */
  readonly tunnel: { readonly target: string; readonly protocol: Protocol } | null;
}

export interface Judgement {
  readonly recognition: Recognition;
  /**
   * `open` while more bytes could say more; `lost` where no more will be known, though more is said: a peer may read it
   * as anything.
   */
  readonly state: 'open' | 'certain' | 'lost';
  /** Sent bytes up to the end of a request for a tunnel that has no answer yet; 0 where none waits for one. */
  readonly asked: number;
}

/** Requests for a tunnel that one flow may have refused: authentication takes up to three. */
const MAX_REFUSALS = 4;
/** The method in any case, behind any blanks and before any; not that of STOMP, a line of its own, nor of NATS, before JSON. */
const LENIENT_CONNECT = /^\s*connect[ \t]+[^\s{]/i;
const LONGEST_BEGINNING = 64;
const NOTHING = new Uint8Array(0);

/**
 * Names the protocol of a flow from the first bytes of both directions.
 *
 * One tunnel is looked into; a tunnel inside of it is reported as the protocol that asks for it. A refused CONNECT
 * counts as not asked, and the next request on the flow is read instead, so that a refused name can't stand in for
 * the one that is tunnelled to after it.
 */
export function recognize(sent: Uint8Array, received: Uint8Array): Judgement {
  let clientBytes = sent;
  let serverBytes = received;
  let refused: Recognition | null = null;
  for (let refusals = 0; ; refusals += 1) {
    if (refused !== null && clientBytes.length === 0) return judged(refused, 'open');
    const outer = judgeLayer(clientBytes, serverBytes);
    const { opening } = outer.layer;
    if (opening === null) {
      const isLost = outer.layer.protocol === 'unknown' && outer.certain && beginsTunnel(clientBytes);
      return judged(describe(outer.layer), isLost ? 'lost' : stateOf(outer));
    }
    const inside = clientBytes.subarray(opening.length);
    const answer = opening.answer(serverBytes);
    if (answer.state === 'need-more') {
      const asked = sent.length - inside.length;
      return judged(describe(outer.layer, judgeLayer(inside, NOTHING).layer), 'open', asked);
    }
    if (answer.state === 'done' && answer.value.accepted) {
      const inner = judgeLayer(inside, serverBytes.subarray(answer.value.length));
      return judged(describe(outer.layer, inner.layer), stateOf(inner));
    }
    const spoken = inside.length > 0;
    refused = describe(outer.layer, plainLayer(spoken ? 'unknown' : 'none'));
    const length = answer.state === 'done' ? answer.value.length : null;
    if (length === null || refusals === MAX_REFUSALS) return judged(refused, spoken ? 'lost' : 'open');
    clientBytes = inside;
    serverBytes = serverBytes.subarray(length);
  }
}

/** Whether a lenient proxy would take the bytes for a CONNECT, though its target can't be read here. */
function beginsTunnel(sent: Uint8Array): boolean {
  return LENIENT_CONNECT.test(latin1(sent.subarray(0, LONGEST_BEGINNING)));
}

function judged(recognition: Recognition, state: Judgement['state'], asked = 0): Judgement {
  return { recognition, state, asked };
}

function stateOf({ certain }: { readonly certain: boolean }): 'open' | 'certain' {
  return certain ? 'certain' : 'open';
}

function judgeLayer(sent: Uint8Array, received: Uint8Array): { layer: Layer; certain: boolean } {
  const parsed = parseLayer(sent, received);
  switch (parsed.state) {
    case 'done':
      return { layer: parsed.value, certain: true };
    case 'no-match':
      return { layer: plainLayer('unknown'), certain: true };
    case 'need-more':
      return { layer: plainLayer(parsed.proven ?? 'unknown'), certain: false };
  }
}

function describe(outer: Layer, inner: Layer | null = null): Recognition {
  const { protocol, opening } = outer;
  const { sni, alpn, ech, httpHost } = inner ?? outer;
  const tunnel =
    opening === null || inner === null ? null : { target: opening.target, protocol: inner.protocol };
  return { protocol, sni, alpn, ech, httpHost, tunnel };
}
