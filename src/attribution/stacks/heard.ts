import type { Actor } from '../../model/actor.js';
import type { ClaimedFrame, HeardClaim } from '../../model/claim.js';
import { countWhile } from './count-while.js';

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
  /** Claims that were not the hook's: another token, a hello of a thread that nobody announced or that has spoken already. */
  readonly forged: number;
  /** Whether a hook of the process said hello in this span, ends included, in milliseconds since the run's start. */
  saidHello(pid: number, from: number, to: number): boolean;
}

/** What one thread of one process image has told so far. */
interface Teller {
  readonly token: string;
  /** Which exec of the process it belongs to. */
  readonly image: number;
  readonly stacks: Map<number, ClaimedStack>;
  readonly sockets: Map<number, Set<ClaimedStack>>;
}

const NOTHING: ReadonlySet<ClaimedStack> = new Set();

/** @param claims In the order in which they came, which is that of their times. A reference to what never came is no reference. */
export function readClaims(claims: readonly HeardClaim[], actors: readonly Actor[]): Heard {
  const tellers = new Map<string, Teller>();
  const connections: ClaimedConnection[] = [];
  const datagrams: ClaimedDatagrams[] = [];
  const lookups = new Map<string, Set<ClaimedStack>>();
  const hellos = new Map<number, number[]>();
  const announced = new Set<string>();
  let forged = 0;
  const starts = startsOf(actors);
  const isAnnounced = (pid: number, thread: number, image: number): boolean =>
    announced.delete(`${pid} ${thread} ${image}`) || announced.delete(`${pid} null ${image}`);
  for (const { pid, thread, token, at, claim } of claims) {
    const key = `${pid} ${thread}`;
    const image = countWhile(starts.get(pid) ?? [], (start) => start <= at);
    const known = tellers.get(key);
    const isNew = known === undefined || known.image !== image;
    // The hook speaks before any other code of its thread does.
    const isHello = claim.kind === 'hello' && isNew && (thread === 0 || isAnnounced(pid, thread, image));
    if (!isHello && (known === undefined || known.token !== token || claim.kind === 'hello')) {
      forged += 1;
      continue;
    }
    const teller = isHello ? { token, image, stacks: new Map(), sockets: new Map() } : known;
    if (teller === undefined) continue;
    tellers.set(key, teller);
    const stackOf = (id: number | null): ClaimedStack | undefined =>
      id === null ? undefined : teller.stacks.get(id);
    const socketOf = (id: number): Set<ClaimedStack> => setAt(teller.sockets, id);
    switch (claim.kind) {
      case 'hello':
        pushTo(hellos, pid, at);
        break;
      case 'worker':
        announced.add(`${pid} ${claim.id} ${teller.image}`);
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
    forged,
    connections,
    datagrams,
    lookups: (pid, name) => lookups.get(lookupKey(pid, name)) ?? NOTHING,
    saidHello: (pid, from, to) => {
      const times = hellos.get(pid) ?? [];
      const first = times[countWhile(times, (time) => time < from)];
      return first !== undefined && first <= to;
    },
  };
}

/** Process id → times of its execs, ascending. */
function startsOf(actors: readonly Actor[]): Map<number, number[]> {
  const starts = new Map<number, number[]>();
  for (const { pid, startedAt } of actors) pushTo(starts, pid, startedAt);
  for (const times of starts.values()) times.sort((a, b) => a - b);
  return starts;
}

function pushTo(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
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
