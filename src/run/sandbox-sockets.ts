import type { Agent } from '../capture/agent/agent.js';
import type { Undelivered } from '../capture/agent/unreachable.js';
import type { Datagrams } from '../capture/gateway/datagrams.js';
import { flowKey } from '../capture/gateway/flow-key.js';
import type { Gateway } from '../capture/gateway/gateway.js';
import type { Resolver } from '../capture/resolver/resolver.js';
import { DNS_PORT } from '../model/dns-port.js';
import { isLoopback } from '../model/loopback.js';

/** UDP destinations for which a socket is made; each holds a descriptor in this process. */
const MAXIMUM_DATAGRAM_SOCKETS = 8192;

export interface SandboxSocketsOptions {
  readonly resolver: Resolver;
  readonly gateway: Gateway;
  readonly datagrams: Datagrams;
  /** Takes in what the supervisor has announced and this loop has not yet heard. */
  readonly drain: () => void;
}

/**
 * The sockets that stand for the world in the namespaces of gateway and sandbox: each is made by the agent the first time
 * that somebody calls its place, and whoever needs it meanwhile waits for the same one.
 */
export class SandboxSockets {
  readonly #options: SandboxSocketsOptions;
  readonly #making = new Map<string, Promise<boolean>>();
  /** `sourcePort address port` of what came to the resolver by UDP. */
  readonly dnsFlows = new Set<string>();
  #agent: Agent | null = null;
  #datagramSockets = 0;

  constructor(options: SandboxSocketsOptions) {
    this.#options = options;
  }

  /** To be called before anything else. */
  attach(agent: Agent): void {
    this.#agent = agent;
  }

  /** Accepts connections to a port of any address. */
  listen(port: number): Promise<boolean> {
    return this.#once(`tcp ${port}`, async () => {
      this.#options.gateway.serve(await this.#requireAgent().listen({ kind: 'tcp', port }), false);
    });
  }

  /** Accepts connections to a loopback port of the sandbox; rejects where it is taken there. */
  listenInside(address: string, port: number): Promise<boolean> {
    return this.#once(`inside ${address} ${port}`, async () => {
      const server = await this.#requireAgent().listen({ kind: 'inside-tcp', address, port });
      this.#options.gateway.serve(server, true);
    });
  }

  /** Takes datagrams to a place. False where there are too many such places already. */
  async bind(address: string, port: number): Promise<boolean> {
    const key = `udp ${address} ${port}`;
    if (this.#datagramSockets >= MAXIMUM_DATAGRAM_SOCKETS && !this.#making.has(key)) return false;
    return this.#once(key, async () => {
      this.#datagramSockets += 1;
      if (port === DNS_PORT) return this.#bindResolver(address, false);
      const socket = await this.#requireAgent().bind({ kind: 'udp', address, port });
      this.#options.datagrams.serve(socket, address, port);
    });
  }

  /** See `Agent`. */
  unreachable(client: Undelivered['client'], server: Undelivered['server']): void {
    this.#agent?.unreachable({ client, server });
  }

  /** Answers as the resolver of an address that the sandbox was given. */
  async openResolver(address: string): Promise<void> {
    const isInside = isLoopback(address);
    await this.#once(`udp ${address} ${DNS_PORT}`, () => this.#bindResolver(address, isInside));
    if (!isInside) return;
    const { resolver } = this.#options;
    const server = await this.#requireAgent().listen({ kind: 'inside-tcp', address, port: DNS_PORT });
    server.on('connection', (socket) => {
      this.#options.drain();
      resolver.attachTcp(socket, { address, port: DNS_PORT });
    });
  }

  async #bindResolver(address: string, isInside: boolean): Promise<void> {
    const kind = isInside ? 'inside-udp' : 'udp';
    const socket = await this.#requireAgent().bind({ kind, address, port: DNS_PORT });
    // Before the resolver's own handler: who asks must be known when the record comes.
    socket.on('message', (_message, from) => {
      if (!isInside) this.dnsFlows.add(flowKey(from.port, address, DNS_PORT));
      this.#options.drain();
    });
    this.#options.resolver.attachUdp(socket, { address, port: DNS_PORT });
  }

  #once(key: string, make: () => Promise<void>): Promise<boolean> {
    const known = this.#making.get(key);
    if (known !== undefined) return known;
    const made = make().then(() => true);
    this.#making.set(key, made);
    made.catch(() => this.#making.delete(key));
    return made;
  }

  #requireAgent(): Agent {
    if (this.#agent === null) throw new Error('the capture session was used before it was opened');
    return this.#agent;
  }
}
