import type { EgressEvent } from '../../model/event.js';
import { createNameBook } from '../resolver/name-book.js';
import { DnsQueries } from './dns/dns-queries.js';
import { EventBudget } from './event-budget.js';
import type { EventSource } from './event-source.js';
import type { CapturedPacket, CaptureInterface, PacketSink } from './file/captured-packet.js';
import { NO_IP } from './link/ether-type.js';
import { type FindNetwork, findNetworkOf } from './link/link-layer.js';
import { type PlainFrame, plainFrameOf, plainNetwork } from './link/plain-network.js';
import { Fragments } from './network/fragments.js';
import { ICMP, ICMPV6, isHousekeeping, readUndelivered } from './network/icmp-error.js';
import type { IpPacket } from './network/ip-packet.js';
import { readIp } from './network/read-ip.js';
import type { Tally } from './tally.js';
import { Connections } from './transport/connections.js';
import { DatagramFlows } from './transport/datagram-flows.js';
import type { Shared } from './transport/flow-table.js';
import { MemoryBudget } from './transport/memory-budget.js';
import { TCP } from './transport/tcp-segment.js';
import { UDP } from './transport/udp-datagram.js';

/** Bytes held for flows that have no name yet: thousands at once, where each has sent what a hello takes. */
const MAXIMUM_HELD = 64 * 1024 * 1024;

/** What the packets of a capture come to. */
export interface Traffic {
  /** Sorted by time; numbered from 1; `at` counts from `startedAt`. */
  readonly events: readonly EgressEvent[];
  /** Epoch milliseconds of the earliest packet; null where there is none. */
  readonly startedAt: number | null;
  /** Milliseconds to the latest packet. */
  readonly durationMs: number;
  readonly tally: Tally;
}

/** Makes events of packets: the same as a run's, as far as the wire tells them. Never throws, whatever the packets. */
export class Importer implements PacketSink {
  readonly #fragments = new Fragments();
  readonly #shared: Shared;
  readonly #connections: Connections;
  readonly #datagrams: DatagramFlows;
  readonly #unknownLinks = new Map<number, number>();
  readonly #otherProtocols = new Map<number, number>();
  #from: CaptureInterface | null = null;
  #findNetwork: FindNetwork | null = null;
  #plainFrame: PlainFrame | null = null;
  #packets = 0;
  #unreadable = 0;
  #earliest = Number.POSITIVE_INFINITY;
  #latest = 0;

  /** @param resolvers Canonical addresses of those that the clients were given, which a capture doesn't say */
  constructor(resolvers: ReadonlySet<string> = new Set()) {
    const names = createNameBook();
    const budget = new EventBudget();
    let flows = 0;
    this.#shared = {
      names,
      budget,
      queries: new DnsQueries(names, budget, resolvers),
      memory: new MemoryBudget(MAXIMUM_HELD),
      nextNumber: () => flows++,
    };
    this.#connections = new Connections(this.#shared);
    this.#datagrams = new DatagramFlows(this.#shared);
  }

  /** Takes a segment of which nothing but its header counts, where it lies; false where it must be read whole. */
  glance(view: DataView, start: number, end: number, at: number, from: CaptureInterface): boolean {
    const frame = this.#plainFrame;
    if (from !== this.#from || frame === null) return false;
    const network = plainNetwork(view, start, end, frame);
    if (network === NO_IP || !this.#connections.glance(view, network, end, at)) return false;
    this.#seen(at);
    return true;
  }

  packet({ at, bytes, originalLength, from }: CapturedPacket): void {
    this.#seen(at);
    if (from !== this.#from) {
      this.#from = from;
      this.#findNetwork = findNetworkOf(from);
      this.#plainFrame = plainFrameOf(from.linkType);
    }
    if (this.#findNetwork === null) {
      count(this.#unknownLinks, from.linkType);
      return;
    }
    const offset = this.#findNetwork(bytes);
    if (offset === NO_IP) {
      // So little was kept that not even the network's protocol is known.
      if (bytes.length < originalLength && bytes.length < LEAST_FRAME) this.#unreadable += 1;
      return;
    }
    const packet = readIp(bytes, offset);
    if (packet === null) this.#unreadable += 1;
    else this.#network(packet, at);
  }

  /** What became of all packets, once there are no more. */
  finish(): Traffic {
    const startedAt = this.#packets === 0 ? null : Math.floor(this.#earliest);
    const start = startedAt ?? 0;
    const { queries, budget, memory } = this.#shared;
    const flows = [...this.#connections.all, ...this.#datagrams.all];
    const sources: EventSource[] = [...queries.all, ...flows];
    const events: EgressEvent[] = [];
    for (const source of sources.sort((a, b) => a.at - b.at)) {
      const event = source.event(events.length + 1, start);
      if (event !== null) events.push(event);
    }
    return {
      events,
      startedAt,
      durationMs: this.#packets === 0 ? 0 : this.#latest - start,
      tally: {
        unknownLinks: this.#unknownLinks,
        unreadable: this.#unreadable,
        lostDatagrams: this.#fragments.lost,
        otherProtocols: this.#otherProtocols,
        unaskedAnswers: queries.unasked,
        olderConnections: this.#connections.all.filter((connection) => connection.isOlder).length,
        cutFlows: flows.filter((flow) => flow.isCut).length,
        refusedEvents: budget.refused,
        hurriedFlows: memory.givenUp,
      },
    };
  }

  #seen(at: number): void {
    this.#packets += 1;
    this.#earliest = Math.min(this.#earliest, at);
    this.#latest = Math.max(this.#latest, at);
  }

  #network(packet: IpPacket, at: number): void {
    const whole = packet.fragment === null ? packet : this.#fragments.push(packet, at);
    if (whole === null) return;
    switch (whole.protocol) {
      case TCP:
        if (!this.#connections.packet(whole, at)) this.#unreadable += 1;
        break;
      case UDP:
        if (!this.#datagrams.packet(whole, at)) this.#unreadable += 1;
        break;
      case ICMP:
      case ICMPV6:
        this.#undelivered(whole);
        if (!isHousekeeping(whole)) count(this.#otherProtocols, whole.protocol);
        break;
      default:
        if (whole.protocol !== IGMP && whole.protocol !== NO_NEXT)
          count(this.#otherProtocols, whole.protocol);
    }
  }

  #undelivered(message: IpPacket): void {
    const found = readUndelivered(message);
    if (found === null) return;
    const { packet, failure } = found;
    const { view, start, protocol } = packet;
    if (start + PORTS > packet.end) return;
    const ports = [view.getUint16(start), view.getUint16(start + 2)] as const;
    if (protocol === TCP) this.#connections.undelivered(packet, ...ports, failure);
    else if (protocol === UDP) this.#datagrams.undelivered(packet, ...ports, failure);
  }
}

/** The longest of the link layers' headers that are known, without tags. */
const LEAST_FRAME = 20;
const PORTS = 4;
const IGMP = 2;
/** RFC 8200 §4.7. */
const NO_NEXT = 59;

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
