import type { NameBook } from '../../resolver/name-book.js';
import type { DnsQueries } from '../dns/dns-queries.js';
import type { EventBudget } from '../event-budget.js';
import type { IpPacket } from '../network/ip-packet.js';
import { type Addressed, endpointsOf, keyOf, reverseKeyOf } from './endpoints.js';
import type { FlowSetting } from './flow-setting.js';
import type { MemoryBudget } from './memory-budget.js';

/** One of a flow's two ends. */
export interface Side<Flow> {
  readonly flow: Flow;
  readonly isClient: boolean;
}

/** What the flows of all transports share. */
export interface Shared {
  readonly names: NameBook;
  readonly queries: DnsQueries;
  readonly budget: EventBudget;
  readonly memory: MemoryBudget;
  readonly nextNumber: () => number;
}

/** The flows of one transport by their ends; the newest one of each pair is found. */
export class FlowTable<Flow> {
  readonly #shared: Shared;
  readonly #make: (setting: FlowSetting) => Flow;
  readonly #sides = new Map<string, Side<Flow>>();
  /** All that there were, in the order of their first packets. */
  readonly flows: Flow[] = [];

  constructor(shared: Shared, make: (setting: FlowSetting) => Flow) {
    this.#shared = shared;
    this.#make = make;
  }

  /** The side that has sent the packet; undefined where its flow is not known. */
  find(packet: Addressed, sourcePort: number, port: number): Side<Flow> | undefined {
    return this.#sides.get(keyOf(packet, sourcePort, port));
  }

  /** Begins a flow with a packet, and returns its sender's side; undefined where there are too many. */
  open(
    packet: IpPacket,
    sourcePort: number,
    port: number,
    isFromClient: boolean,
    at: number,
  ): Side<Flow> | undefined {
    const { names, budget, queries, memory, nextNumber } = this.#shared;
    const { source, destination } = endpointsOf(packet, sourcePort, port);
    const ends = isFromClient
      ? { client: source, server: destination }
      : { client: destination, server: source };
    const resolvedNames = names.namesOf(ends.server.address);
    if (!budget.take(resolvedNames.reduce((sum, name) => sum + name.length, 0))) return undefined;
    const flow = this.#make({ number: nextNumber(), ends, at, resolvedNames, queries, budget, memory });
    this.flows.push(flow);
    const side = { flow, isClient: isFromClient };
    this.#sides.set(keyOf(packet, sourcePort, port), side);
    this.#sides.set(reverseKeyOf(packet, sourcePort, port), { flow, isClient: !isFromClient });
    return side;
  }
}
