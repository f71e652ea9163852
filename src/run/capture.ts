// Longer than others: the one place where resolver, gateway, datagrams, supervisor and witness are tied together.

import { readyKey, type SupervisorMessage } from '../capture/actors/messages.js';
import type { Supervisor } from '../capture/actors/supervisor.js';
import type { Agent } from '../capture/agent/agent.js';
import type { Gate } from '../capture/gate.js';
import { Datagrams } from '../capture/gateway/datagrams.js';
import { Gateway } from '../capture/gateway/gateway.js';
import { CANARY_PORT, CANARY_SUFFIX, canaryQuery } from '../capture/resolver/canary-query.js';
import { parseHosts } from '../capture/resolver/hosts-file.js';
import { queryEvent } from '../capture/resolver/query-event.js';
import { parseResolvConf } from '../capture/resolver/resolv-conf.js';
import {
  type Asking,
  createResolver,
  type QueryRecord,
  type Resolver,
} from '../capture/resolver/resolver.js';
import type { Sinkhole } from '../capture/sinkhole/answer.js';
import { describeDifference, reconcile } from '../capture/witness/reconcile.js';
import type { WitnessRecord } from '../capture/witness/record.js';
import type { ActorId } from '../model/actor.js';
import { DNS_PORT } from '../model/dns-port.js';
import { isLoopback } from '../model/loopback.js';
import { randomBytes } from '../model/random.js';
import type { CaptureReason } from '../model/run.js';
import { CONSTANTS as C } from '../sandbox/syscalls.js';
import { type CallAnswer, HeldCalls } from './held-calls.js';
import type { HostFacts } from './host-facts.js';
import { createPortBook, type Ledger } from './ledger.js';
import { SandboxSockets } from './sandbox-sockets.js';

/** Connections that are still accepted when the command has ended: as many as can wait at a few ports. */
const MAXIMUM_ROUNDS = 20_000;

export interface CaptureOptions {
  readonly facts: HostFacts;
  readonly ledger: Ledger;
  readonly now: () => number;
  /** Asked before anything leaves the sandbox; null where nothing is blocked. */
  readonly gate: Gate | null;
  /** Answers what the gate sinks; null where it sinks nothing. */
  readonly sinkhole: Sinkhole | null;
}

/** All that sees the command's traffic, put together around one agent. */
export class CaptureSession {
  readonly #options: CaptureOptions;
  readonly #resolver: Resolver;
  readonly #gateway: Gateway;
  readonly #datagrams: Datagrams;
  readonly #sockets: SandboxSockets;
  readonly #calls: HeldCalls;
  readonly #ports = createPortBook();
  /** Of TCP connections to a resolver on the sandbox's loopback. */
  readonly #resolverPorts = createPortBook();
  readonly #given: ReadonlySet<string>;
  readonly #reasons = new Map<CaptureReason['code'], CaptureReason>();
  readonly #packets: WitnessRecord[] = [];
  readonly #canaryName = `${randomBytes(8).toString('hex')}${CANARY_SUFFIX}`;
  #agent: Agent | null = null;
  #supervisor: Supervisor | null = null;

  constructor(options: CaptureOptions) {
    this.#options = options;
    const { facts, ledger, now, gate, sinkhole } = options;
    const conf = parseResolvConf(facts.resolvConf.text);
    const hosts = parseHosts(facts.hosts);
    this.#given = new Set([...conf.nameservers, facts.link.ipv4.gateway]);
    const drain = (): void => this.drain();
    this.#resolver = createResolver({
      upstreams: conf.nameservers.map((address) => ({ address, port: DNS_PORT })),
      search: conf.search,
      hosts,
      offer: facts.offer,
      onQuery: (query) => this.#recordQuery(query),
      decide: (name, type, asking) =>
        name === this.#canaryName
          ? { isAllowed: false, answer: { rcode: 'NXDOMAIN' } }
          : (gate?.lookUp(name, type, this.#asker(asking)) ?? { isAllowed: true }),
      inspect: (name, answer, asking) =>
        gate?.answer(name, answer, this.#asker(asking)) ?? { isAllowed: true },
      isRewriting: gate !== null,
    });
    const names = {
      namesOf: (address: string) => this.#resolver.namesOf(address),
      hostsNamesOf: (address: string) => hosts.namesOf(address),
    };
    this.#gateway = new Gateway({
      ...names,
      sink: ledger,
      now,
      drain,
      serveDns: (socket, server) => this.#resolver.attachTcp(socket, server),
      isGivenResolver: (address) => this.#given.has(address),
      canary: { address: facts.link.ipv4.gateway, port: CANARY_PORT },
      gate,
      sinkhole,
      onLimit: () => this.reason('limit-reached', 'more connects at once than can be held'),
    });
    this.#datagrams = new Datagrams({
      ...names,
      sink: ledger,
      now,
      drain,
      actorOf: (port) => this.#ports.get(port),
      onLimit: () => this.reason('limit-reached', 'more datagram flows at once than can be relayed'),
      gate,
      answers: sinkhole?.answerDatagram ?? null,
      unreachable: (client, server) => this.#sockets.unreachable(client, server),
    });
    this.#sockets = new SandboxSockets({
      resolver: this.#resolver,
      gateway: this.#gateway,
      datagrams: this.#datagrams,
      drain,
    });
    this.#calls = new HeldCalls({
      gateway: this.#gateway,
      datagrams: this.#datagrams,
      sockets: this.#sockets,
      ports: this.#ports,
      isGated: gate !== null,
      onGroup: ({ at, actorId, address, port }) =>
        this.#denied(at, actorId, 'multicast or broadcast', address, port),
      onLimit: () => this.reason('limit-reached', 'more UDP destinations than can be relayed'),
    });
  }

  /** Sockets for the resolver and the canary; then proves the path. */
  async open(agent: Agent): Promise<void> {
    this.#agent = agent;
    this.#sockets.attach(agent);
    this.#supervisor?.look(agent.takeSocketTable());
    const { facts } = this.#options;
    const gatewayAddress = facts.link.ipv4.gateway;
    await Promise.all([
      this.#sockets.listen(DNS_PORT),
      this.#sockets.listen(CANARY_PORT),
      ...[...this.#given].map((address) => this.#sockets.openResolver(address)),
    ]);
    const nonce = randomBytes(16).toString('hex');
    const proof = await agent.canary({
      query: Buffer.from(canaryQuery(this.#canaryName)).toString('hex'),
      server: { address: gatewayAddress, port: DNS_PORT },
      target: { address: gatewayAddress, port: CANARY_PORT },
      nonce,
    });
    if (!proof.dns) this.reason('canary-failed', 'the canary query was not answered by the resolver');
    if (!proof.tcp) this.reason('canary-failed', 'the canary connection did not come back from the gateway');
  }

  /** Ties the supervisor's messages to gateway and resolver. */
  attach(supervisor: Supervisor): void {
    this.#supervisor = supervisor;
    supervisor.answer(0, 0, readyKey('tcp', '', DNS_PORT));
    for (const address of this.#given) supervisor.answer(0, 0, readyKey('udp', address, DNS_PORT));
  }

  onPackets(records: readonly WitnessRecord[]): void {
    for (const record of records) {
      this.#packets.push(record);
      if (record.kind === 'other')
        this.#denied(record.at, null, `ip protocol ${record.protocol}`, record.address, null);
    }
  }

  onSupervisor(message: SupervisorMessage): void {
    switch (message.type) {
      case 'exec':
        return this.#options.ledger.actor(message.actor);
      case 'denied':
        return this.#denied(message.at, message.actorId, message.what, message.address, message.port);
      case 'limit':
        return this.reason('limit-reached', 'more processes than are kept of a run: the others are nobody');
      case 'connect':
        return this.#settle(this.#calls.connect(message), message.ticket);
      case 'loopback':
        return this.#settle(this.#calls.loopback(message), message.ticket);
      case 'datagram':
        return this.#settle(this.#calls.datagram(message), message.ticket);
      case 'resolver': {
        const ports = message.transport === 'udp' ? this.#ports : this.#resolverPorts;
        return ports.set(message.localPort, message.actorId);
      }
      case 'failed':
        return this.reason('supervisor-lost', `the supervisor could not handle a call: ${message.message}`);
    }
  }

  /** Takes in what the supervisor has said by now. */
  drain(): void {
    this.#supervisor?.drain();
  }

  /** Notes once why the capture is not complete. */
  reason(code: CaptureReason['code'], message: string): void {
    if (!this.#reasons.has(code)) this.#reasons.set(code, { code, message });
  }

  /** Ends the capture and compares the two witnesses; the reasons are those for `partial`. */
  async close(): Promise<readonly CaptureReason[]> {
    await this.#takeIn();
    const totals = await (this.#agent?.totals() ?? null);
    this.#gateway.close();
    this.#options.sinkhole?.close();
    this.#datagrams.close();
    await this.#resolver.close();
    if (totals === null) this.reason('witness-lost', 'the wire witness gave no totals at the end');
    else {
      if (totals.dropped > 0) this.reason('witness-lost', `the wire witness lost ${totals.dropped} packets`);
      if (totals.unreported > 0)
        this.reason('limit-reached', `${totals.unreported} packets of too many flows`);
      if (totals.lostDatagrams > 0)
        this.reason('limit-reached', `${totals.lostDatagrams} datagrams came faster than they could be read`);
      this.#compare();
    }
    const { refused } = this.#options.ledger;
    if (refused > 0) this.reason('limit-reached', `${refused} events more than are kept of a run`);
    return [...this.#reasons.values()];
  }

  /** Takes in what has come to our sockets by now: each round of the event loop accepts one connection of a port. */
  async #takeIn(): Promise<void> {
    const taken = (): number =>
      this.#gateway.accepted.size + this.#datagrams.taken + this.#sockets.dnsFlows.size;
    for (let rounds = 0, before = -1; rounds < MAXIMUM_ROUNDS && before !== taken(); rounds += 1) {
      before = taken();
      // The one that this may be in the middle of is none.
      for (let round = 0; round < 2; round += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #compare(): void {
    const difference = reconcile(this.#packets, {
      tcp: this.#gateway.accepted,
      udp: new Set([...this.#datagrams.accepted, ...this.#sockets.dnsFlows]),
      udpCalls: this.#calls.udpCalls,
    });
    const message = describeDifference(difference, this.#gateway.unannounced);
    if (message !== null) this.reason('witness-mismatch', message);
  }

  /** Answers a held call when its socket is there; a failure refuses the call rather than letting it hang. */
  #settle(work: Promise<CallAnswer>, ticket: number | null): void {
    const answer = (errno: number, ready: string | null): void => {
      if (ticket !== null) this.#supervisor?.answer(ticket, errno, ready);
    };
    work.then(
      ({ errno, ready }) => answer(errno, ready),
      (error: unknown) => {
        this.reason('gateway-lost', error instanceof Error ? error.message : String(error));
        answer(C.ECONNREFUSED, null);
      },
    );
  }

  #asker({ transport, client, server }: Asking): ActorId | null {
    if (transport === 'udp') return this.#ports.get(client.port);
    return isLoopback(server.address)
      ? this.#resolverPorts.get(client.port)
      : this.#gateway.actorOf(client.port);
  }

  #recordQuery(query: QueryRecord): void {
    if (query.name === this.#canaryName) return;
    const { ledger, now } = this.#options;
    const since = performance.now() - query.receivedAt;
    ledger.emit(
      queryEvent(query, {
        id: ledger.nextId(),
        at: now() - since,
        actorId: this.#asker(query),
        ownResolver: !this.#given.has(query.server.address),
      }),
    );
  }

  #denied(
    at: number,
    actorId: number | null,
    what: string,
    address: string | null,
    port: number | null,
  ): void {
    const { ledger } = this.#options;
    ledger.emit({ kind: 'denied', id: ledger.nextId(), at, actorId, what, address, port });
  }
}
