import type { ClaimedFrame, HeardClaim } from '../../model/claim.js';

/** A stack as it was claimed; equal stacks of one process image are the same object. */
export type ClaimedStack = readonly ClaimedFrame[];

/** A connection of one process, with all who have used it. */
export interface ClaimedConnection {
  readonly pid: number;
  readonly at: number;
  readonly address: string;
  readonly port: number;
  readonly localPort: number;
  /** The name that was asked for, as names compare; null for an address. */
  readonly host: string | null;
  /** Whose code asked for the connection, and whose requests it carried. */
  readonly stacks: ReadonlySet<ClaimedStack>;
}

export interface ClaimedDatagrams extends ClaimedConnection {}

/** What the hook's claims say, with their references resolved. */
export interface Heard {
  readonly connections: readonly ClaimedConnection[];
  readonly datagrams: readonly ClaimedDatagrams[];
  /** Process id and name → stacks. */
  lookups(pid: number, name: string): ReadonlySet<ClaimedStack>;
  /** When hooks of a process said hello, in milliseconds since the run's start. */
  hellos(pid: number): readonly number[];
}

/** What one thread of one process image has told so far. */
interface Teller {
  readonly stacks: Map<number, ClaimedStack>;
  readonly sockets: Map<number, Set<ClaimedStack>>;
}

const NOTHING: ReadonlySet<ClaimedStack> = new Set();

/** Reads claims in the order in which they came. A reference to what never came is no reference. */
export function readClaims(claims: readonly HeardClaim[]): Heard {
  const tellers = new Map<string, Teller>();
  const connections: ClaimedConnection[] = [];
  const datagrams: ClaimedDatagrams[] = [];
  const lookups = new Map<string, Set<ClaimedStack>>();
  const hellos = new Map<number, number[]>();
  for (const { pid, thread, at, claim } of claims) {
    const key = `${pid} ${thread}`;
    // A hello is a new image of the process: numbers begin again.
    const known = claim.kind === 'hello' ? undefined : tellers.get(key);
    const teller = known ?? { stacks: new Map(), sockets: new Map() };
    tellers.set(key, teller);
    const stackOf = (id: number | null): ClaimedStack | undefined =>
      id === null ? undefined : teller.stacks.get(id);
    const socketOf = (id: number): Set<ClaimedStack> => setAt(teller.sockets, id);
    switch (claim.kind) {
      case 'hello':
        hellos.set(pid, [...(hellos.get(pid) ?? []), at]);
        break;
      case 'stack':
        teller.stacks.set(claim.id, claim.frames);
        break;
      case 'connect': {
        const stacks = socketOf(claim.socket);
        addTo(stacks, stackOf(claim.stack));
        const { address, port, localPort, host } = claim;
        connections.push({ pid, at, address, port, localPort, host: comparable(host), stacks });
        break;
      }
      case 'datagram': {
        const { address, port, localPort, host } = claim;
        const stacks = new Set<ClaimedStack>();
        addTo(stacks, stackOf(claim.stack));
        datagrams.push({ pid, at, address, port, localPort, host: comparable(host), stacks });
        break;
      }
      case 'lookup':
        addTo(setAt(lookups, lookupKey(pid, claim.name)), stackOf(claim.stack));
        break;
      case 'request':
        addTo(socketOf(claim.socket), stackOf(claim.stack));
        break;
    }
  }
  return {
    connections,
    datagrams,
    lookups: (pid, name) => lookups.get(lookupKey(pid, name)) ?? NOTHING,
    hellos: (pid) => hellos.get(pid) ?? [],
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
