import type dgram from 'node:dgram';
import type net from 'node:net';
import { interfaceIndex, socket } from '../../sandbox/libc.js';
import type { Link } from '../../sandbox/link.js';
import { type NetworkNamespace, namespaceOf } from '../../sandbox/network-namespace.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { startWitness, type Witness, type WitnessOptions } from '../witness/witness.js';
import type { AgentTotals } from './agent.js';
import { runCanary } from './canary.js';
import { lostDatagrams } from './lost-datagrams.js';
import type { CanaryOrder, JoinOrder, ListenRequest, WatchOrder } from './messages.js';
import { GATEWAY_INTERFACE } from './network.js';
import { makeSocket } from './sockets.js';
import { type Undelivered, Unreachable } from './unreachable.js';

/** Both ends of the link between sandbox and gateway: makes sockets there, and watches the wire. */
export class LinkedNamespaces {
  readonly #gateway: NetworkNamespace;
  readonly #sandbox: NetworkNamespace;
  readonly #link: Link;
  readonly #interfaceIndex: number;
  readonly #unreachable: Unreachable;
  #witness: Witness | null = null;

  private constructor(
    link: Link,
    gateway: NetworkNamespace,
    sandbox: NetworkNamespace,
    interfaceIndex: number,
  ) {
    this.#link = link;
    this.#gateway = gateway;
    this.#sandbox = sandbox;
    this.#interfaceIndex = interfaceIndex;
    this.#unreachable = new Unreachable(gateway.inside);
  }

  /** Of a gateway's namespace that was joined to the sandbox's. @throws SandboxError `setup-failed` */
  static at(
    gateway: NetworkNamespace,
    { holderPid, link }: Pick<JoinOrder, 'holderPid' | 'link'>,
  ): LinkedNamespaces {
    const index = gateway.inside(() => interfaceIndex(GATEWAY_INTERFACE));
    if (index <= 0) throw new SandboxError('setup-failed', `the interface ${GATEWAY_INTERFACE} is not there`);
    return new LinkedNamespaces(link, gateway, namespaceOf(holderPid), index);
  }

  /**
   * Begins to watch the wire. Returns a descriptor of this process: a netlink socket inside the sandbox for
   * NETLINK_SOCK_DIAG; or -errno.
   * @throws SandboxError `system-call` where AF_PACKET is denied; what open(2) says of the capture file
   */
  watch({ pcap, origin }: WatchOrder, events: Pick<WitnessOptions, 'onRecords' | 'onLost'>): number {
    const { ipv4, ipv6 } = this.#link;
    this.#witness = this.#gateway.inside(() =>
      startWitness({
        interfaceIndex: this.#interfaceIndex,
        sandbox: [ipv4.sandbox, ipv6.sandbox],
        pcap,
        origin,
        ...events,
      }),
    );
    return this.#sandbox.inside(() => socket(C.AF_NETLINK, C.SOCK_RAW | C.SOCK_CLOEXEC, C.NETLINK_SOCK_DIAG));
  }

  /** @throws SandboxError `system-call` */
  makeSocket(request: ListenRequest): Promise<net.Server | dgram.Socket> {
    return makeSocket(request, this.#gateway.inside, this.#sandbox.inside);
  }

  canary(order: CanaryOrder): Promise<{ dns: boolean; tcp: boolean }> {
    return runCanary(order, this.#sandbox.inside);
  }

  /** See `Unreachable`. */
  unreachable(datagram: Undelivered): void {
    this.#unreachable.tell(datagram);
  }

  /** Null where nothing is watched. */
  totals(): AgentTotals | null {
    const totals = this.#witness?.totals() ?? null;
    return totals === null ? null : { ...totals, lostDatagrams: lostDatagrams(this.#gateway.inside) };
  }

  /** Idempotent. */
  stop(): void {
    this.#witness?.stop();
    this.#unreachable.close();
    this.#gateway.leave();
    this.#sandbox.leave();
  }
}
