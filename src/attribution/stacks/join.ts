import type { Actor, ActorId } from '../../model/actor.js';
import type { ConnectionEvent, DatagramEvent, EgressEvent } from '../../model/event.js';
import { isLoopback } from '../../model/loopback.js';
import type { ClaimedConnection, ClaimedStack, Heard } from './heard.js';

/** Claims that fit what the kernel reported. */
export interface Joined {
  /** Event → stacks behind it; an event of which nothing was claimed is not there. */
  readonly stacks: ReadonlyMap<number, ReadonlySet<ClaimedStack>>;
  /**
   * Flow → the name that the program asked for, where it is one of those that the resolver had answered with the flow's
   * address: it tells names apart that share an address.
   */
  readonly hosts: ReadonlyMap<number, string>;
  /** Queries of which only the server is claimed: their stacks are those of all that the process has sent there. */
  readonly byServer: ReadonlySet<number>;
  /** Claimed connections and datagrams that no event of the kernel's bears out. */
  readonly unmatched: number;
}

/**
 * Joins by what both sides know: a flow by process, local port, address and port; a query by process and name, or, where
 * the program wrote it itself, by process and server. Where a port was used again, a claim is of the last connection that
 * was called for before it came, and of one alone.
 */
export function joinClaims(events: readonly EgressEvent[], actors: readonly Actor[], heard: Heard): Joined {
  const pids = new Map<ActorId, number>(actors.map((actor) => [actor.id, actor.pid]));
  const datagrams = indexed(heard.datagrams, flowOf);
  const servers = indexed([...heard.connections, ...heard.datagrams], ({ pid, address, port }) =>
    serverKey(pid, address, port),
  );
  const claimOf = matchConnections(events, pids, indexed(heard.connections, flowOf));
  const byServer = new Set<number>();
  const used = new Set<ClaimedConnection>();
  const stacks = new Map<number, ReadonlySet<ClaimedStack>>();
  const hosts = new Map<number, string>();
  /** Of a list of claims, which many events may share. */
  const unions = new Map<readonly ClaimedConnection[], ReadonlySet<ClaimedStack>>();
  const stacksOf = (claims: readonly ClaimedConnection[]): ReadonlySet<ClaimedStack> => {
    const known = unions.get(claims);
    if (known !== undefined) return known;
    for (const claim of claims) used.add(claim);
    const [first] = claims;
    const all =
      first !== undefined && claims.length === 1
        ? first.stacks
        : new Set(claims.flatMap((claim) => [...claim.stacks]));
    unions.set(claims, all);
    return all;
  };
  const lookups = new Map<string, ReadonlySet<ClaimedStack>>();
  const lookupsOf = (pid: number, name: string, meant: string): ReadonlySet<ClaimedStack> => {
    const key = `${pid} ${name} ${meant}`;
    const known = lookups.get(key);
    if (known !== undefined) return known;
    const all = new Set([...heard.lookups(pid, name), ...heard.lookups(pid, meant)]);
    lookups.set(key, all);
    return all;
  };
  for (const event of events) {
    const pid = event.actorId === null ? undefined : pids.get(event.actorId);
    if (pid === undefined) continue;
    switch (event.kind) {
      case 'connection':
      case 'datagram': {
        // Datagrams of one flow may have several senders; a connection has one beginning.
        const found =
          (event.kind === 'connection' ? claimOf.get(event.id) : datagrams.get(eventKey(pid, event))) ?? [];
        if (found.length > 0) stacks.set(event.id, stacksOf(found));
        const host = event.hostSource === 'dns' ? hostMeant(found, event, heard) : null;
        if (host !== null) hosts.set(event.id, host);
        break;
      }
      case 'dns': {
        const named = lookupsOf(pid, event.name, event.meant);
        // The guard answers queries itself, so what a program has sent to a server by its own hand is no flow.
        const sent = servers.get(serverKey(pid, event.server, event.port)) ?? [];
        const toServer = stacksOf(sent);
        // A server of the program's own choice is asked by nobody else; the given one is, by native code as well.
        const isByServer = named.size === 0 && event.ownResolver && sent.length > 0;
        if (isByServer) byServer.add(event.id);
        const all = isByServer ? toServer : named;
        if (all.size > 0) stacks.set(event.id, all);
        break;
      }
      case 'denied':
      case 'request':
        break;
    }
  }
  const outside = [...heard.connections, ...heard.datagrams].filter(
    (claim) => !used.has(claim) && !isLoopback(claim.address) && claim.localPort !== 0,
  );
  return { stacks, hosts, byServer, unmatched: outside.length };
}

/**
 * Which of the names with the flow's address was meant: the one that the socket was given; for a socket that was given
 * the address itself, the only one that the same file had looked up.
 */
function hostMeant(
  claims: readonly ClaimedConnection[],
  { resolvedNames }: ConnectionEvent | DatagramEvent,
  heard: Heard,
): string | null {
  const [first] = claims;
  if (first === undefined || claims.some(({ host }) => host !== first.host)) return null;
  if (first.host !== null) return resolvedNames.includes(first.host) ? first.host : null;
  const files = new Set([...first.stacks].map(([innermost]) => innermost?.file));
  const candidates = resolvedNames.filter((name) =>
    [...heard.lookups(first.pid, name)].some(([innermost]) => files.has(innermost?.file)),
  );
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/** Connection → the claim of it. @param claims By `flowKey`, each list ascending by time */
function matchConnections(
  events: readonly EgressEvent[],
  pids: ReadonlyMap<ActorId, number>,
  claims: ReadonlyMap<string, readonly ClaimedConnection[]>,
): ReadonlyMap<number, readonly [ClaimedConnection]> {
  const matched = new Map<number, readonly [ClaimedConnection]>();
  const calls = events
    .filter((event) => event.kind === 'connection')
    .flatMap((event) => {
      const pid = event.actorId === null ? undefined : pids.get(event.actorId);
      return pid === undefined ? [] : [{ id: event.id, at: event.at, key: eventKey(pid, event) }];
    });
  for (const [key, own] of indexed(calls, (call) => call.key)) {
    const waiting = [...(claims.get(key) ?? [])];
    for (const { id, at } of own.sort((a, b) => b.at - a.at)) {
      const last = waiting.at(-1);
      if (last === undefined || last.at < at) continue;
      matched.set(id, [last]);
      waiting.pop();
    }
  }
  return matched;
}

function indexed<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const index = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const list = index.get(key);
    if (list === undefined) index.set(key, [value]);
    else list.push(value);
  }
  return index;
}

function eventKey(pid: number, { localPort, address, port }: ConnectionEvent | DatagramEvent): string {
  return flowKey(pid, localPort ?? 0, address, port);
}

function flowOf({ pid, localPort, address, port }: ClaimedConnection): string {
  return flowKey(pid, localPort, address, port);
}

function flowKey(pid: number, localPort: number, address: string, port: number): string {
  return `${pid} ${localPort} ${address} ${port}`;
}

function serverKey(pid: number, address: string, port: number): string {
  return `${pid} ${address} ${port}`;
}
