import type { Actor, ActorId } from '../model/actor.js';
import { type Attribution, EVIDENCE } from '../model/attribution.js';
import { compareBy } from '../model/compare.js';
import type { Destination } from '../model/destination.js';
import type { ConnectionEvent, DatagramEvent, DnsEvent, EgressEvent } from '../model/event.js';
import { attributionsOfEvent } from '../model/event-attributions.js';
import type { Transport } from '../model/transport.js';

type Flow = ConnectionEvent | DatagramEvent;

/**
 * Groups events into destinations by host, port, transport and protocol. A name that was looked up by nobody who then
 * connected to it is a destination without a port; a resolver that the command chose for itself is one as well.
 */
export function groupDestinations(
  events: readonly EgressEvent[],
  attributions: ReadonlyMap<ActorId, Attribution>,
  actors: readonly Actor[],
  stacks: ReadonlyMap<number, readonly Attribution[]>,
  hosts: ReadonlyMap<number, string>,
): Destination[] {
  const commandLines = new Map(actors.map((actor) => [actor.id, actor.argv.join('\0')]));
  const flows = events.filter(
    (event): event is Flow => event.kind === 'connection' || event.kind === 'datagram',
  );
  const queries = events.filter((event) => event.kind === 'dns');
  const hostOf = (flow: Flow): string => hosts.get(flow.id) ?? flow.host;
  const reached = new Set<string>();
  for (const flow of flows) {
    reached.add(hostOf(flow));
    if (flow.kind === 'connection') for (const claim of claimsOf(flow)) reached.add(claim);
  }
  const groups = new Map<string, Group>();
  for (const flow of flows)
    groupOf(groups, hostOf(flow), flow.port, transportOf(flow), flow.protocol).addFlow(flow);
  for (const query of queries) {
    if (query.ownResolver && query.transport === 'udp') {
      groupOf(groups, query.server, query.port, query.transport, 'dns').addAsked(query);
    }
    if (reached.has(query.meant)) continue;
    groupOf(groups, query.meant, null, 'udp', 'dns').addLookUp(query);
  }
  return [...groups.values()]
    .map((group) =>
      group.destination((event) => attributionsOfEvent({ attributions, stacks }, event), commandLines),
    )
    .sort(
      compareBy(
        (to) => to.host,
        (to) => to.port,
        (to) => to.transport,
        (to) => to.protocol,
      ),
    );
}

/** Names that the flow itself used, though another of the address's names may have been chosen for it. */
function claimsOf(flow: ConnectionEvent): string[] {
  return [flow.sni, flow.httpHost].filter(
    (name): name is string => name !== null && flow.resolvedNames.includes(name),
  );
}

function transportOf(flow: Flow): Transport {
  return flow.kind === 'connection' ? 'tcp' : 'udp';
}

class Group {
  readonly #identity: Pick<Destination, 'host' | 'port' | 'transport' | 'protocol'>;
  readonly #addresses = new Set<string>();
  readonly #failures = new Set<string>();
  readonly #events: EgressEvent[] = [];
  #connections = 0;
  #sent = 0;
  #received = 0;
  #answered = false;
  #passed = false;
  #verdict: Destination['verdict'] = 'allowed';

  constructor(identity: Pick<Destination, 'host' | 'port' | 'transport' | 'protocol'>) {
    this.#identity = identity;
  }

  addFlow(flow: Flow): void {
    this.#addresses.add(flow.address);
    this.#events.push(flow);
    this.#connections += 1;
    this.#sent += flow.bytesSent;
    this.#received += flow.bytesReceived;
    if (flow.failure !== null) this.#failures.add(flow.failure);
    if (flow.verdict !== 'allowed') this.#verdict = flow.verdict;
  }

  /** A resolver of the command's own choice, asked over UDP: the guard answers it, so there is no flow. */
  addAsked(query: DnsEvent): void {
    this.#addresses.add(query.server);
    this.#events.push(query);
    this.#connections += 1;
    if (query.failure !== null) this.#failures.add(query.failure);
    // What is not let out is refused by name; only a sinkhole's answers are no server's.
    if (query.verdict === 'sunk') this.#verdict = 'sunk';
  }

  addLookUp(query: DnsEvent): void {
    this.#events.push(query);
    const failure = query.failure ?? (query.rcode === 'NOERROR' ? null : query.rcode);
    if (failure !== null) this.#failures.add(failure);
    else if (query.answers.length > 0) this.#answered = true;
    else this.#failures.add('NODATA');
    if (query.verdict === 'allowed') this.#passed = true;
    else this.#verdict = query.verdict;
  }

  destination(
    attributionsOfEvent: (event: EgressEvent) => readonly Attribution[],
    commandLines: ReadonlyMap<ActorId, string>,
  ): Destination {
    // A name with addresses of one family only is no failure.
    if (this.#answered) this.#failures.delete('NODATA');
    const { host, port, transport, protocol } = this.#identity;
    return {
      host,
      port,
      transport,
      protocol,
      addresses: [...this.#addresses].sort(),
      connections: this.#connections,
      bytesSent: this.#sent,
      bytesReceived: this.#received,
      // Of the expansions of one name it is enough that one was let pass.
      verdict: this.#passed ? 'allowed' : this.#verdict,
      failures: [...this.#failures].sort(),
      attributions: distinct([...new Set(this.#events.flatMap(attributionsOfEvent))], commandLines),
    };
  }
}

function groupOf(
  groups: Map<string, Group>,
  host: string,
  port: number | null,
  transport: Transport,
  protocol: Destination['protocol'],
): Group {
  const key = `${host}\0${port}\0${transport}\0${protocol}`;
  const group = groups.get(key) ?? new Group({ host, port, transport, protocol });
  groups.set(key, group);
  return group;
}

/** One of each package and lifecycle (or manager, or process); strongest evidence first, then by name. */
function distinct(
  attributions: readonly Attribution[],
  commandLines: ReadonlyMap<ActorId, string>,
): Attribution[] {
  const sorted = [...attributions].sort(
    compareBy(
      (one) => EVIDENCE.indexOf(one.evidence),
      (one) => one.package?.name ?? one.manager,
      (one) => one.package?.version ?? null,
      (one) => one.package?.location ?? null,
      (one) => one.lifecycle,
      (one) => one.stack?.sink.location ?? null,
      // An actor with a contradiction stands for the others: the finding must not be lost.
      (one) => -one.contradictions.length,
      (one) => one.actorId,
    ),
  );
  const seen = new Map<string, Attribution>();
  for (const one of sorted) {
    const own =
      one.package === null && one.manager === null && one.actorId !== null
        ? commandLines.get(one.actorId)
        : null;
    const key = [
      one.evidence,
      one.package?.location,
      one.package?.name,
      one.manager,
      one.lifecycle,
      one.stack?.sink.location,
      own,
    ].join('\0');
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}
