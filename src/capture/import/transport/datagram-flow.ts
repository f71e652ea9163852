import { DNS_PORT } from '../../../model/dns-port.js';
import type { DatagramEvent } from '../../../model/event.js';
import { isLoopback } from '../../../model/loopback.js';
import type { Protocol } from '../../../model/transport.js';
import { isGroupAddress } from '../../gateway/group-address.js';
import { decideHost } from '../../gateway/host-name.js';
import { recognizeDatagram } from '../../recognize/datagram.js';
import { createQuicInitials, type QuicHello, type QuicInitials } from '../../recognize/quic/quic-initials.js';
import type { Seen } from '../dns/query.js';
import type { EventSource } from '../event-source.js';
import { FIXED_COST, type FlowSetting } from './flow-setting.js';
import type { Holder } from './memory-budget.js';
import type { UdpDatagram } from './udp-datagram.js';

/** A flow without a datagram for this long is over, in milliseconds; the same as in a run (RFC 4787 REQ-5). */
const IDLE = 120_000;

/** All datagrams between two ends, until nothing was heard for long. */
export class DatagramFlow implements EventSource, Holder {
  readonly #setting: FlowSetting;
  readonly #isToGroup: boolean;
  #protocol: Protocol | null = null;
  #initials: QuicInitials | null = null;
  #hello: QuicHello | null = null;
  #lastAt: number;
  #sent = { datagrams: 0, bytes: 0 };
  #received = { datagrams: 0, bytes: 0 };
  #queries = 0;
  #failure: string | null = null;
  #isCut = false;

  constructor(setting: FlowSetting) {
    this.#setting = setting;
    this.#isToGroup = isGroupAddress(setting.ends.server.address);
    this.#lastAt = setting.at;
  }

  get at(): number {
    return this.#setting.at;
  }

  /** True where what would have named it is missing from the capture. */
  get isCut(): boolean {
    return this.#isCut;
  }

  isOverAt(at: number): boolean {
    return at - this.#lastAt > IDLE;
  }

  /** @param at Epoch milliseconds */
  datagram(isFromClient: boolean, { payload, length }: UdpDatagram, at: number): void {
    this.#lastAt = Math.max(at, this.#lastAt);
    const totals = isFromClient ? this.#sent : this.#received;
    totals.datagrams += 1;
    totals.bytes += length;
    const { number: flow, ends, queries } = this.#setting;
    const seen: Seen = { flow, ends, transport: 'udp', at };
    if (!isFromClient) {
      if (this.#isAsked) queries.answer(payload, seen);
      return;
    }
    const isWhole = payload.length === length;
    this.#protocol ??= recognizeDatagram(payload);
    if (this.#isAsked && queries.query(payload, seen)) this.#queries += 1;
    else if (!isWhole && (this.#protocol === 'unknown' || this.#isAsked)) this.#isCut = true;
    if (this.#protocol === 'quic' && this.#hello === null) this.#readInitial(payload);
  }

  /** The network said that a packet of the client's can't be delivered. */
  undelivered(failure: string): void {
    if (this.#received.datagrams === 0) this.#failure ??= failure;
    this.#setting.queries.unreachable(this.#setting.number);
  }

  giveUp(): void {
    this.#initials = null;
    this.#hello ??= NO_HELLO;
  }

  /** Null where it carried queries and nothing else, which have events of their own. */
  event(id: number, start: number): DatagramEvent | null {
    if (this.#queries > 0 && this.#queries === this.#sent.datagrams) return null;
    const { at, ends, resolvedNames } = this.#setting;
    const { address, port } = ends.server;
    const { sni, alpn } = this.#hello ?? NO_HELLO;
    const { host, hostSource, disagreements } = decideHost({
      address,
      port,
      resolvedNames,
      hostsNames: [],
      sni,
      httpHost: null,
      isLoopback: isLoopback(address),
    });
    const event: DatagramEvent = {
      kind: 'datagram',
      id,
      at: at - start,
      actorId: null,
      address,
      port,
      localPort: ends.client.port,
      host,
      hostSource,
      protocol: this.#protocol ?? 'unknown',
      resolvedNames,
      bytesSent: this.#sent.bytes,
      bytesReceived: this.#received.bytes,
      verdict: 'allowed',
      failure: this.#failure,
      durationMs: this.#lastAt - at,
      datagramsSent: this.#sent.datagrams,
      datagramsReceived: this.#received.datagrams,
    };
    return this.#protocol === 'quic' ? { ...event, sni, alpn, disagreements } : event;
  }

  /** Whether the client asks a name server: by the port, or by its first datagram; what it asks a whole group stays a flow. */
  get #isAsked(): boolean {
    return (this.#setting.ends.server.port === DNS_PORT || this.#protocol === 'dns') && !this.#isToGroup;
  }

  #readInitial(payload: Buffer): void {
    this.#initials ??= createQuicInitials();
    const result = this.#initials.push(payload);
    const { memory, budget } = this.#setting;
    if (result.state === 'need-more') {
      memory.hold(this, FIXED_COST + this.#initials.held);
      return;
    }
    const hello = result.state === 'done' ? result.value : NO_HELLO;
    const length = hello.alpn.reduce((sum, name) => sum + name.length, hello.sni?.length ?? 0);
    this.#hello = budget.grow(length) ? hello : NO_HELLO;
    this.#initials = null;
    memory.hold(this, 0);
  }
}

const NO_HELLO: QuicHello = { sni: null, alpn: [], ech: false };
