import type { IpPacket } from '../network/ip-packet.js';
import { Connection } from './connection.js';
import type { Addressed } from './endpoints.js';
import { FlowTable, type Shared, type Side } from './flow-table.js';
import { type PlainSegment, readPlainSegment } from './plain-segment.js';
import { RecentSides } from './recent-sides.js';
import { FLAG, readTcp, type TcpSegment } from './tcp-segment.js';

/** Bytes of both ports. */
const PORTS = 4;

/** All TCP connections of a capture. */
export class Connections {
  readonly #table: FlowTable<Connection>;
  readonly #recent = new RecentSides<Connection>();
  /** One for all: this is done for nearly each packet. */
  readonly #plain: PlainSegment = { ends: 0, endsLength: 0, sequence: 0, flags: 0, length: 0 };

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
      side = this.#open(packet, segment, at);
    side?.flow.segment(side.isClient, segment, packet.bytes, at);
    return true;
  }

  /**
   * Takes a segment of a known connection that is settled, or that carries nothing; false for any other.
   * @param network Where its IP header begins; @param end Where what was kept ends; @param at Epoch milliseconds
   */
  glance(view: DataView, network: number, end: number, at: number): boolean {
    const plain = this.#plain;
    if (!readPlainSegment(view, network, end, plain)) return false;
    const side = this.#recent.find(view, plain.ends, plain.endsLength) ?? this.#find(view, plain);
    if (side === undefined || (plain.length > 0 && !side.flow.isSettled)) return false;
    side.flow.count(side.isClient, plain, at);
    return true;
  }

  #find(view: DataView, { ends, endsLength }: PlainSegment): Side<Connection> | undefined {
    const ports = ends + endsLength - PORTS;
    const packet: Addressed = { view, addresses: ends, addressLength: endsLength - PORTS === 8 ? 4 : 16 };
    const side = this.#table.find(packet, view.getUint16(ports), view.getUint16(ports + 2));
    if (side !== undefined) this.#recent.keep(view, ends, endsLength, side);
    return side;
  }

  #open(packet: IpPacket, segment: TcpSegment, at: number): Side<Connection> | undefined {
    this.#recent.forget();
    return this.#table.open(packet, segment.sourcePort, segment.port, isFromClient(segment), at);
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
