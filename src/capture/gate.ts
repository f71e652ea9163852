import type { ActorId } from '../model/actor.js';
import type { Protocol, Transport } from '../model/transport.js';

/** What the policy says of one event. */
export interface Ruling {
  readonly isAllowed: boolean;
  /** Of what is not allowed: it is answered here in the destination's place, and not refused. */
  readonly isSunk?: boolean;
  /** Origin of the rule that decided; absent where none did. */
  readonly rule?: string;
  /** Those within the process to whom it is refused, in the lock's words; absent where they were not asked about. */
  readonly refusedTo?: readonly string[];
  /** Failure of a flow that was refused, where it is another than a reset. */
  readonly failure?: string;
}

/** A flow at its begin: nothing has been said on it. */
export interface FlowAttempt {
  /** When it was called for, in milliseconds since the run's start. */
  readonly at: number;
  readonly actorId: ActorId | null;
  readonly transport: Transport;
  /** Null while its call is held: the kernel has not chosen it yet. */
  readonly localPort: number | null;
  /** Canonical. */
  readonly address: string;
  readonly port: number;
  /** Names that the resolver has answered with the address in this run, newest first. */
  readonly resolvedNames: readonly string[];
  /** Names that the host's own /etc/hosts has for the address. */
  readonly hostsNames: readonly string[];
  /** True where it goes to a service of the host's loopback. */
  readonly isLoopback: boolean;
}

/** What a flow's first bytes claim. */
export interface FlowClaims {
  readonly protocol: Protocol;
  readonly sni: string | null;
  readonly httpHost: string | null;
  readonly ech: boolean;
  /** `host:port` of a tunnel that is asked for. */
  readonly tunnelTarget: string | null;
  /** Protocol inside of the tunnel; null where there is none, or nothing was said inside yet. */
  readonly tunnelProtocol: Protocol | null;
}

/** Of a flow that has said nothing yet. */
export const NO_CLAIMS: FlowClaims = {
  protocol: 'none',
  sni: null,
  httpHost: null,
  ech: false,
  tunnelTarget: null,
  tunnelProtocol: null,
};

/** Answer to a look-up that is not forwarded: a code, or a target in the place of the truth. */
export type LocalAnswer =
  | { readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED' }
  | { readonly addresses: readonly string[] }
  | { readonly cname: string };

export type LookUpRuling =
  | (Ruling & { readonly isAllowed: true })
  | (Ruling & { readonly isAllowed: false; readonly answer: LocalAnswer });

/**
 * Asked at each look-up and each flow before anything of it leaves. The gateway never decides by itself; this is the
 * one way to the policy.
 */
export interface Gate {
  /** Whether a name may be asked of the host's resolvers. */
  lookUp(name: string, type: string, actorId: ActorId | null): LookUpRuling;
  /** Whether an allowed name's answer may be handed to the command: its CNAME chain and its addresses. */
  answer(
    name: string,
    answer: { readonly cnames: readonly string[]; readonly addresses: readonly string[] },
    actorId: ActorId | null,
  ): LookUpRuling;
  /** Whether a flow may begin. */
  flow(attempt: FlowAttempt): Ruling;
  /** Whether it may go on, now that its first bytes have been seen; nothing of them has left. */
  claims(attempt: FlowAttempt, claims: FlowClaims): Ruling;
  /** Whether so many more bytes may leave on a flow. */
  spend(attempt: FlowAttempt, bytes: number): Ruling;
}
