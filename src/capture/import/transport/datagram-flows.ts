import type { IpPacket } from '../network/ip-packet.js';
import { DatagramFlow } from './datagram-flow.js';
import { comesFromService } from './endpoints.js';
import { FlowTable, type Shared } from './flow-table.js';
import { readUdp } from './udp-datagram.js';

/** All datagram flows of a capture. */
export class DatagramFlows {
  readonly #table: FlowTable<DatagramFlow>;

  constructor(shared: Shared) {
    this.#table = new FlowTable(shared, (setting) => new DatagramFlow(setting));
  }

  get all(): readonly DatagramFlow[] {
    return this.#table.flows;
  }

  /** False where it is no whole datagram's header. */
  packet(packet: IpPacket, at: number): boolean {
    const datagram = readUdp(packet);
    if (datagram === null) return false;
    const { sourcePort, port } = datagram;
    let side = this.#table.find(packet, sourcePort, port);
    // The sender of the first datagram is the client, unless it must be an answer to one that was not seen.
    if (side === undefined)
      side = this.#table.open(packet, sourcePort, port, !comesFromService(sourcePort, port), at);
    else if (side.flow.isOverAt(at)) side = this.#table.open(packet, sourcePort, port, side.isClient, at);
    side?.flow.datagram(side.isClient, datagram, at);
    return true;
  }

  /** The network said that a packet can't be delivered. */
  undelivered(packet: IpPacket, sourcePort: number, port: number, failure: string): void {
    const side = this.#table.find(packet, sourcePort, port);
    if (side?.isClient === true) side.flow.undelivered(failure);
  }
}
