// Longer than others: the one place where resolver, gateway, datagrams, supervisor and witness are tied together.
import { randomBytes } from 'node:crypto';
import { readyKey, type SupervisorMessage } from '../capture/actors/messages.js';
import type { Supervisor } from '../capture/actors/supervisor.js';
import type { Agent } from '../capture/agent/agent.js';
import type { Gate } from '../capture/gate.js';
import { verdictOf } from '../capture/gateway/connection-event.js';
import { Datagrams } from '../capture/gateway/datagrams.js';
import { flowKey } from '../capture/gateway/flow-key.js';
import { Gateway } from '../capture/gateway/gateway.js';
import { isGroupAddress } from '../capture/gateway/group-address.js';
import { CANARY_PORT, CANARY_SUFFIX, canaryQuery } from '../capture/resolver/canary-query.js';
import { parseHosts } from '../capture/resolver/hosts-file.js';
import { parseResolvConf } from '../capture/resolver/resolv-conf.js';
import {
  type Asking,
  createResolver,
  type QueryRecord,
  type Resolver,
} from '../capture/resolver/resolver.js';
import type { Sinkhole } from '../capture/sinkhole/answer.js';
import { reconcile } from '../capture/witness/reconcile.js';
import type { WitnessRecord } from '../capture/witness/record.js';
import type { ActorId } from '../model/actor.js';
import type { CaptureReason } from '../model/run.js';
import { CONSTANTS as C } from '../sandbox/syscalls.js';
import type { HostFacts } from './host-facts.js';
import { createPortBook, type Ledger } from './ledger.js';
import { SandboxSockets } from './sandbox-sockets.js';

const DNS_PORT = 53;
/** Differences between the witnesses that a reason names. */
const NAMED_DIFFERENCES = 5;

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
  readonly #ports = createPortBook();
  readonly #given: ReadonlySet<string>;
  readonly #reasons = new Map<CaptureReason['code'], CaptureReason>();
  readonly #packets: WitnessRecord[] = [];
  readonly #groupFlows = new Set<string>();
  readonly #canaryName = `${randomBytes(8).toString('hex')}${CANARY_SUFFIX}`;
  #agent: Agent | null = null;
  #supervisor: Supervisor | null = null;

  constructor(options: CaptureOptions) {
    this.#options = options;
    const { facts, ledger, now, gate, sinkhole } = options;
    const conf = parseResolvConf(facts.resolvConf.text);
    const hosts = parseHosts(facts.hosts);
    this.#given = new Set([...conf.nameservers, facts.link.ipv4.gateway]);
    const drain = (): void => this.#supervisor?.drain();
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
    });
    this.#sockets = new SandboxSockets({
      resolver: this.#resolver,
      gateway: this.#gateway,
      datagrams: this.#datagrams,
      drain,
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
        return this.#settle(this.#connect(message), message.ticket);
      case 'loopback':
        return this.#settle(this.#loopback(message), message.ticket);
      case 'datagram':
        return this.#settle(this.#datagram(message), message.ticket);
      case 'failed':
        return this.reason('supervisor-lost', `the supervisor could not handle a call: ${message.message}`);
      case 'ready':
        return;
    }
  }

  /** Notes once why the capture is not complete. */
  reason(code: CaptureReason['code'], message: string): void {
    if (!this.#reasons.has(code)) this.#reasons.set(code, { code, message });
  }

  /** Ends the capture and compares the two witnesses; the reasons are those for `partial`. */
  async close(): Promise<readonly CaptureReason[]> {
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
      this.#compare();
    }
    const { refused } = this.#options.ledger;
    if (refused > 0) this.reason('limit-reached', `${refused} events more than are kept of a run`);
    return [...this.#reasons.values()];
  }

  #compare(): void {
    const wire = new Set(
      this.#packets.map(({ sourcePort, address, port }) => flowKey(sourcePort, address, port)),
    );
    // These are in the books by the call alone, whether or not a packet came of it.
    const group = [...this.#groupFlows].filter((key) => wire.has(key));
    const udp = new Set([...this.#datagrams.accepted, ...this.#sockets.dnsFlows, ...group]);
    const { unrecorded, unseen } = reconcile(this.#packets, { tcp: this.#gateway.accepted, udp });
    const differences = [
      ...unrecorded.map((flow) => `on the wire only: ${flow}`),
      ...unseen.map((flow) => `in the books only: ${flow}`),
    ];
    if (this.#gateway.unannounced > 0) {
      differences.push(`${this.#gateway.unannounced} connections that no held call had announced`);
    }
    if (differences.length === 0) return;
    const more =
      differences.length > NAMED_DIFFERENCES ? ` and ${differences.length - NAMED_DIFFERENCES} more` : '';
    this.reason('witness-mismatch', `${differences.slice(0, NAMED_DIFFERENCES).join('; ')}${more}`);
  }

  /** Answers a held call when its socket is there; a failure refuses the call rather than letting it hang. */
  #settle(work: Promise<{ errno: number; ready: string | null }>, ticket: number | null): void {
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

  async #connect(message: Extract<SupervisorMessage, { type: 'connect' }>) {
    const [errno] = await Promise.all([
      this.#gateway.announced.connect(message),
      this.#sockets.listen(message.port),
    ]);
    return { errno, ready: this.#ready(readyKey('tcp', message.address, message.port)) };
  }

  /** What need not be asked for again; nothing where each flow is asked for by itself. */
  #ready(key: string): string | null {
    return this.#options.gate === null ? key : null;
  }

  async #loopback(message: Extract<SupervisorMessage, { type: 'loopback' }>) {
    const announcement = { ...message, blocking: true };
    if (message.ticket === null) {
      this.#gateway.announced.relayed(announcement);
      return { errno: 0, ready: null };
    }
    const { port } = message;
    const address =
      message.address === '0.0.0.0' ? '127.0.0.1' : message.address === '::' ? '::1' : message.address;
    const listen = (): Promise<boolean> => this.#sockets.listenInside(address, port).catch(() => false);
    // Where the port was taken inside in the meantime, it is the sandbox's own, and the call goes there.
    const isRelayed = await this.#gateway.announced.loopback(announcement, listen);
    return { errno: 0, ready: isRelayed ? readyKey('inside', message.address, port) : null };
  }

  async #datagram(message: Extract<SupervisorMessage, { type: 'datagram' }>) {
    this.#ports.set(message.localPort, message.actorId);
    const { address, port } = message;
    if (isGroupAddress(address)) {
      const key = flowKey(message.localPort, address, port);
      if (!this.#groupFlows.has(key))
        this.#denied(message.at, message.actorId, 'multicast or broadcast', address, port);
      this.#groupFlows.add(key);
      return { errno: 0, ready: null };
    }
    // The resolver asks for each query by itself.
    const ruling = port === DNS_PORT ? null : this.#datagrams.ask(message.actorId, { address, port });
    if (ruling !== null && !ruling.isAllowed && ruling.isSunk !== true) {
      this.#datagrams.refuse(message.at, message.actorId, message.localPort, { address, port }, ruling);
      // Of a call with several destinations only the last can be refused: what is on the wire is in the books.
      this.#groupFlows.add(flowKey(message.localPort, address, port));
      return { errno: C.ECONNREFUSED, ready: null };
    }
    if (!(await this.#sockets.bind(address, port))) {
      this.reason('limit-reached', 'more UDP destinations than can be relayed');
      return { errno: 0, ready: null };
    }
    return { errno: 0, ready: this.#ready(readyKey('udp', address, port)) };
  }

  #asker({ transport, client }: Asking): ActorId | null {
    return transport === 'udp' ? this.#ports.get(client.port) : this.#gateway.actorOf(client.port);
  }

  #recordQuery(query: QueryRecord): void {
    if (query.name === this.#canaryName) return;
    const { ledger, now } = this.#options;
    const since = performance.now() - query.receivedAt;
    ledger.emit({
      kind: 'dns',
      id: ledger.nextId(),
      at: now() - since,
      actorId: this.#asker(query),
      name: query.name,
      meant: query.meant,
      type: query.type,
      transport: query.transport,
      server: query.server.address,
      port: query.server.port,
      ownResolver: !this.#given.has(query.server.address),
      rcode: query.rcode,
      failure: query.failure,
      cnames: query.cnames,
      answers: query.answers,
      ...verdictOf(query.ruling),
      durationMs: query.durationMs,
    });
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
