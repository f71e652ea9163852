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
 * the program wrote it itself, by process and server. Where a port was used again, the claim nearest in time counts.
 */
export function joinClaims(events: readonly EgressEvent[], actors: readonly Actor[], heard: Heard): Joined {
  const pids = new Map<ActorId, number>(actors.map((actor) => [actor.id, actor.pid]));
  const connections = indexed(heard.connections, flowOf);
  const datagrams = indexed(heard.datagrams, flowOf);
  const servers = indexed([...heard.connections, ...heard.datagrams], ({ pid, address, port }) =>
    serverKey(pid, address, port),
  );
  const byServer = new Set<number>();
  const used = new Set<ClaimedConnection>();
  const stacks = new Map<number, ReadonlySet<ClaimedStack>>();
  const hosts = new Map<number, string>();
  for (const event of events) {
    const pid = event.actorId === null ? undefined : pids.get(event.actorId);
    if (pid === undefined) continue;
    switch (event.kind) {
      case 'connection':
      case 'datagram': {
        const index = event.kind === 'connection' ? connections : datagrams;
        const candidates = index.get(flowKey(pid, event.localPort ?? 0, event.address, event.port)) ?? [];
        // Datagrams of one flow may have several senders; a connection has one beginning.
        const found = event.kind === 'connection' ? nearest(candidates, event.at) : candidates;
        for (const claim of found) used.add(claim);
        const all = new Set(found.flatMap((claim) => [...claim.stacks]));
        if (found.length > 0) stacks.set(event.id, all);
        const host = event.hostSource === 'dns' ? hostMeant(found, event, heard) : null;
        if (host !== null) hosts.set(event.id, host);
        break;
      }
      case 'dns': {
        const named = new Set([...heard.lookups(pid, event.name), ...heard.lookups(pid, event.meant)]);
        // The guard answers queries itself, so what a program has sent to a server by its own hand is no flow.
        const sent = servers.get(serverKey(pid, event.server, event.port)) ?? [];
        for (const claim of sent) used.add(claim);
        // A server of the program's own choice is asked by nobody else; the given one is, by native code as well.
        const isByServer = named.size === 0 && event.ownResolver && sent.length > 0;
        if (isByServer) byServer.add(event.id);
        const all = isByServer ? new Set(sent.flatMap((claim) => [...claim.stacks])) : named;
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
  const [first, ...others] = claims;
  if (first === undefined || others.some(({ host }) => host !== first.host)) return null;
  if (first.host !== null) return resolvedNames.includes(first.host) ? first.host : null;
  const files = new Set([...first.stacks].map(([innermost]) => innermost?.file));
  const candidates = resolvedNames.filter((name) =>
    [...heard.lookups(first.pid, name)].some(([innermost]) => files.has(innermost?.file)),
  );
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

function indexed(
  claims: readonly ClaimedConnection[],
  keyOf: (claim: ClaimedConnection) => string,
): Map<string, ClaimedConnection[]> {
  const index = new Map<string, ClaimedConnection[]>();
  for (const claim of claims) {
    const key = keyOf(claim);
    const list = index.get(key);
    if (list === undefined) index.set(key, [claim]);
    else list.push(claim);
  }
  return index;
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

function nearest(claims: readonly ClaimedConnection[], at: number): ClaimedConnection[] {
  const [first, ...others] = claims;
  if (first === undefined) return [];
  return [others.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best), first)];
}
