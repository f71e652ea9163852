import type { IpPacket } from '../network/ip-packet.js';
import { Connection } from './connection.js';
import { FlowTable, type Shared } from './flow-table.js';
import { FLAG, readTcp, type TcpSegment } from './tcp-segment.js';

/** All TCP connections of a capture. */
export class Connections {
  readonly #table: FlowTable<Connection>;

  constructor(shared: Shared) {
    this.#table = new FlowTable(shared, (setting) => new Connection(setting));
  }

  get all(): readonly Connection[] {
    return this.#table.flows;
  }

  /** False where it is no whole segment's header. */
  packet(packet: IpPacket, at: number): boolean {
    const segment = readTcp(packet);
    if (segment === null) return false;
    const { sourcePort, port } = segment;
    let side = this.#table.find(packet, sourcePort, port);
    if (side === undefined || side.flow.isBegunAnewBy(side.isClient, segment))
      side = this.#table.open(packet, sourcePort, port, isFromClient(segment), at);
    side?.flow.segment(side.isClient, segment, packet.bytes, at);
    return true;
  }

  /** The network said that a packet can't be delivered. */
  undelivered(packet: IpPacket, sourcePort: number, port: number, failure: string): void {
    const side = this.#table.find(packet, sourcePort, port);
    if (side?.isClient === true) side.flow.undelivered(failure);
  }
}

/**
 * The sender of the SYN is the client. Where the beginning was not seen, the lower port is taken for the server's: clients
 * are given theirs from the upper end (RFC 6335 §6).
 */
function isFromClient({ flags, sourcePort, port }: TcpSegment): boolean {
  if ((flags & FLAG.SYN) !== 0) return (flags & FLAG.ACK) === 0;
  return sourcePort >= port;
}
