import type { Actor, ActorId } from '../../model/actor.js';
import type { ClaimedFrame, HeardClaim } from '../../model/claim.js';
import { createImages, type ImageOwner } from './images.js';

/** A stack as it was claimed; equal stacks of one process image are the same object. */
export type ClaimedStack = readonly ClaimedFrame[];

/** Of somebody who has used it, by a stack that has no code of the program's or never came. */
export const NOBODY: ClaimedStack = [];

/** A connection of one process, with all who have used it. */
export interface ClaimedConnection {
  readonly actorId: ActorId;
  readonly pid: number;
  readonly at: number;
  readonly address: string;
  readonly port: number;
  readonly localPort: number;
  /** The name that was asked for, as names compare; null for an address. */
  readonly host: string | null;
  /** Whose code asked for the connection, where there was some, and whose requests it carried. */
  readonly stacks: ReadonlySet<ClaimedStack>;
}

export interface ClaimedDatagrams extends ClaimedConnection {}

/** What the hook's claims say, with their references resolved. */
export interface Heard {
  readonly connections: readonly ClaimedConnection[];
  readonly datagrams: readonly ClaimedDatagrams[];
  /** Process id and name → stacks. */
  lookups(pid: number, name: string): ReadonlySet<ClaimedStack>;
  /**
   * Claims that were not the hook's: another token, a process that does not preload it, a hello of a thread that nobody
   * announced or that has spoken already.
   */
  readonly forged: number;
  /** Whether a hook that is believed spoke for the exec. */
  saidHello(actorId: ActorId): boolean;
  /** Execs in whose hook's place others may have spoken. */
  readonly exposed: ReadonlySet<ActorId>;
}

/** What one thread of one process image has told so far. */
interface Teller {
  readonly owner: ImageOwner;
  readonly token: string;
  readonly stacks: Map<number, ClaimedStack>;
  readonly sockets: Map<number, Set<ClaimedStack>>;
}

const NOTHING: ReadonlySet<ClaimedStack> = new Set();

/** Claims as they come, while the run goes on, or afterwards. */
export interface ClaimReader {
  /** Takes in an exec; it comes before what its image says. */
  add(actor: Actor): void;
  /** Takes in the next claim, in the order of their times. A reference to what never came is nobody's. */
  hear(claim: HeardClaim): void;
  /** What has been heard by now; it grows with what is still to come. */
  readonly heard: Heard;
}

/** All claims of a run that has ended. */
export function readClaims(claims: readonly HeardClaim[], actors: readonly Actor[]): Heard {
  const reader = createClaimReader();
  for (const actor of actors) reader.add(actor);
  for (const claim of claims) reader.hear(claim);
  return reader.heard;
}

export function createClaimReader(): ClaimReader {
  const tellers = new Map<string, Teller>();
  const connections: ClaimedConnection[] = [];
  const datagrams: ClaimedDatagrams[] = [];
  const lookups = new Map<string, Set<ClaimedStack>>();
  const hellos = new Set<ActorId>();
  const exposed = new Set<ActorId>();
  const announced = new Set<string>();
  let forged = 0;
  const images = createImages();
  const isAnnounced = (actorId: ActorId, thread: number): boolean =>
    announced.delete(`${actorId} ${thread}`) || announced.delete(`${actorId} null`);
  /** Who speaks by this hello from now on; null where it is forged. */
  const greet = (owner: ImageOwner | null, known: Teller | undefined, { thread, token, at }: HeardClaim) => {
    // A process can name an image that it was before: the kernel saw what it has become.
    if (owner === null || at > owner.until) return null;
    const isNew = known === undefined || known.owner.actorId < owner.actorId;
    // The hook speaks before any other code of its thread does.
    const isDue = isNew && (thread === 0 || isAnnounced(owner.actorId, thread));
    return isDue || !owner.isTrusted ? { owner, token, stacks: new Map(), sockets: new Map() } : null;
  };
  const hear = (told: HeardClaim): void => {
    const { pid, thread, token, at, claim } = told;
    const key = `${pid} ${thread}`;
    const known = tellers.get(key);
    const isHello = claim.kind === 'hello';
    const teller = isHello ? greet(images.ownerOf(pid, claim.image), known, told) : known;
    const isOwn = isHello || known?.token === token || known?.owner.isTrusted === false;
    if (teller === null || teller === undefined || !isOwn) {
      forged += 1;
      return;
    }
    tellers.set(key, teller);
    if (!teller.owner.isTrusted) return;
    const { actorId } = teller.owner;
    const stackOf = (id: number | null): ClaimedStack | undefined =>
      id === null ? undefined : teller.stacks.get(id);
    const socketOf = (id: number): Set<ClaimedStack> => setAt(teller.sockets, id);
    switch (claim.kind) {
      case 'hello':
        hellos.add(teller.owner.actorId);
        break;
      case 'exposed':
        exposed.add(teller.owner.actorId);
        break;
      case 'worker':
        announced.add(`${teller.owner.actorId} ${claim.id}`);
        break;
      case 'stack':
        teller.stacks.set(claim.id, claim.frames);
        break;
      case 'connect': {
        const stacks = socketOf(claim.socket);
        // Whoever comes to use one that was made without a stack says so himself.
        addTo(stacks, claim.stack === null ? undefined : (stackOf(claim.stack) ?? NOBODY));
        const { address, port, localPort, host } = claim;
        connections.push({ actorId, pid, at, address, port, localPort, host: comparable(host), stacks });
        break;
      }
      case 'datagram': {
        const { address, port, localPort, host } = claim;
        const stacks = new Set<ClaimedStack>();
        addTo(stacks, stackOf(claim.stack) ?? NOBODY);
        datagrams.push({ actorId, pid, at, address, port, localPort, host: comparable(host), stacks });
        break;
      }
      case 'lookup':
        addTo(setAt(lookups, lookupKey(pid, claim.name)), stackOf(claim.stack));
        break;
      case 'request':
        addTo(socketOf(claim.socket), stackOf(claim.stack) ?? NOBODY);
        break;
    }
  };
  return {
    add: images.add,
    hear,
    heard: {
      get forged() {
        return forged;
      },
      connections,
      datagrams,
      lookups: (pid, name) => lookups.get(lookupKey(pid, name)) ?? NOTHING,
      exposed,
      saidHello: (actorId) => hellos.has(actorId),
    },
  };
}

function addTo(set: Set<ClaimedStack>, stack: ClaimedStack | undefined): void {
  if (stack !== undefined) set.add(stack);
}

function setAt<K>(sets: Map<K, Set<ClaimedStack>>, key: K): Set<ClaimedStack> {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set);
  return set;
}

function lookupKey(pid: number, name: string): string {
  return `${pid} ${comparable(name)}`;
}

/** Names compare without case and without the root's dot (RFC 4343, RFC 1034 §3.1). */
function comparable<T extends string | null>(name: T): T {
  return (name === null ? null : name.toLowerCase().replace(/\.$/, '')) as T;
}
