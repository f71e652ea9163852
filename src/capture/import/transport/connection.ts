import { DNS_PORT } from '../../../model/dns-port.js';
import type { ConnectionEvent } from '../../../model/event.js';
import { isLoopback } from '../../../model/loopback.js';
import { connectionEvent } from '../../gateway/connection-event.js';
import type { Direction, FirstBytes, Recognition } from '../../recognize/first-bytes.js';
import { TcpMessages } from '../dns/tcp-messages.js';
import type { EventSource } from '../event-source.js';
import { FIXED_COST, type FlowSetting } from './flow-setting.js';
import type { Holder } from './memory-budget.js';
import { createPatientFirstBytes } from './patient-first-bytes.js';
import { FLAG, type TcpSegment } from './tcp-segment.js';
import { TcpStream } from './tcp-stream.js';

/** The recogniser's memory grows by doubling, and waits for more in as much again. */
const GROWTH = 3;

/** Of a connection without a byte of payload. */
const NOTHING_SAID: Recognition = {
  protocol: 'none',
  sni: null,
  alpn: [],
  ech: false,
  httpHost: null,
  tunnel: null,
};

/** What is read of a segment where its payload does not matter. */
type Header = Pick<TcpSegment, 'flags' | 'sequence' | 'length'>;

/** One TCP connection, from its segments as they come. */
export class Connection implements EventSource, Holder {
  readonly #setting: FlowSetting;
  readonly #streams = { sent: new TcpStream(), received: new TcpStream() };
  /** Null before the first byte, and once the name is certain. */
  #firstBytes: FirstBytes | null = null;
  #recognition: Recognition | null = null;
  #messages: TcpMessages | null;
  #delivered = 0;
  /** The client's first sequence number; null where its SYN was not seen. */
  #initial: number | null = null;
  #hasServerSyn = false;
  #isEstablished = false;
  #hasEnded = { sent: false, received: false };
  #closedAt: number | null = null;
  #failure: string | null = null;
  #isCut = false;

  constructor(setting: FlowSetting) {
    this.#setting = setting;
    this.#messages = setting.ends.server.port === DNS_PORT ? new TcpMessages(setting.queries) : null;
  }

  get at(): number {
    return this.#setting.at;
  }

  /** True where the connection is older than the capture. */
  get isOlder(): boolean {
    return this.#initial === null && !this.#hasServerSyn;
  }

  /** True where first bytes that would have said more are missing from the capture. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** True where nothing but the length of what still comes is of interest. */
  get isSettled(): boolean {
    return this.#recognition !== null && this.#messages === null;
  }

  /** Whether a segment is the beginning of another connection between the same ends. */
  isBegunAnewBy(isFromClient: boolean, { flags, sequence }: TcpSegment): boolean {
    if ((flags & (FLAG.SYN | FLAG.ACK)) !== FLAG.SYN) return false;
    return this.#closedAt !== null || (isFromClient ? this.#initial !== sequence : this.#isEstablished);
  }

  /** @param bytes In which the segment's payload lies; @param at Epoch milliseconds */
  segment(isFromClient: boolean, segment: TcpSegment, bytes: Buffer, at: number): void {
    this.#open(isFromClient, segment);
    if (segment.length > 0 && !this.isSettled) {
      const payload = bytes.subarray(segment.start, segment.end);
      this.#take(isFromClient ? 'sent' : 'received', firstOf(segment), payload, segment.length, at);
    }
    this.#close(isFromClient, segment, at);
  }

  /** Takes what a segment's header says, of which the payload says nothing more: a settled connection's, or none. */
  count(isFromClient: boolean, segment: Header, at: number): void {
    this.#open(isFromClient, segment);
    this.#close(isFromClient, segment, at);
  }

  /** What counts before the payload. */
  #open(isFromClient: boolean, segment: Header): void {
    const { flags, sequence, length } = segment;
    const direction = isFromClient ? 'sent' : 'received';
    if ((flags & FLAG.SYN) !== 0) this.#begin(direction, sequence);
    // Whoever acknowledges has got something.
    else if ((flags & (FLAG.RST | FLAG.ACK)) === FLAG.ACK) this.#isEstablished = true;
    if (length > 0) this.#streams[direction].count(firstOf(segment), length);
  }

  /** What counts after it. */
  #close(isFromClient: boolean, { flags }: Header, at: number): void {
    if ((flags & FLAG.RST) !== 0) this.#reset(isFromClient, at);
    else if ((flags & FLAG.FIN) !== 0) this.#end(isFromClient ? 'sent' : 'received', at);
  }

  /** The network said that a packet of the client's can't be delivered. */
  undelivered(failure: string): void {
    if (!this.#isEstablished) this.#failure ??= failure;
  }

  giveUp(): void {
    this.#streams.sent.giveUp();
    this.#streams.received.giveUp();
    this.#messages = null;
    this.#settle(this.#firstBytes?.end() ?? NOTHING_SAID);
  }

  /** Null where it carried queries and nothing else, to a server that was given: these have events of their own. */
  event(id: number, start: number): ConnectionEvent | null {
    const { sent, received } = this.#streams;
    const { at, ends, resolvedNames, queries } = this.#setting;
    const isQueries = this.#messages?.isPlain === true && !sent.isBroken;
    if (isQueries && !queries.isOwnChoice(ends.server.address)) return null;
    const { address, port } = ends.server;
    const recognition = this.#settle(this.#firstBytes?.end() ?? NOTHING_SAID);
    const isUnanswered = this.#initial !== null && !this.#isEstablished;
    return connectionEvent(
      {
        id,
        at: at - start,
        actorId: null,
        failure: this.#failure ?? (isUnanswered ? 'ETIMEDOUT' : null),
        durationMs: this.#closedAt === null ? null : Math.max(0, this.#closedAt - at),
        sent: sent.bytes,
        received: received.bytes,
        ruling: { isAllowed: true },
      },
      { address, port, localPort: ends.client.port, isLoopback: isLoopback(address) },
      recognition,
      [],
      { resolvedNames, hostsNames: [] },
    );
  }

  #begin(direction: Direction, sequence: number): void {
    this.#streams[direction].begin(sequence);
    if (direction === 'sent') this.#initial ??= sequence;
    else {
      this.#hasServerSyn = true;
      this.#isEstablished = true;
    }
  }

  #take(direction: Direction, first: number, payload: Buffer, length: number, at: number): void {
    const stream = this.#streams[direction];
    const { number: flow, ends, memory } = this.#setting;
    stream.order(first, payload, length, (bytes) => {
      this.#delivered += bytes.length;
      if (this.#recognition === null) {
        this.#firstBytes ??= createPatientFirstBytes();
        const certain = this.#firstBytes.push(direction, bytes);
        if (certain !== null) this.#settle(certain);
      }
      this.#messages?.push(direction, bytes, { flow, ends, transport: 'tcp', at });
    });
    if (this.#recognition === null && stream.isBroken && direction === 'sent') this.#isCut = true;
    memory.hold(this, this.#heldBytes());
  }

  #heldBytes(): number {
    const messages = this.#messages?.waiting ?? 0;
    if (this.#recognition !== null) {
      if (this.#messages === null) this.#stopOrdering();
      return messages;
    }
    const { sent, received } = this.#streams;
    return FIXED_COST + this.#delivered * GROWTH + sent.waiting + received.waiting + messages;
  }

  #stopOrdering(): void {
    this.#streams.sent.giveUp();
    this.#streams.received.giveUp();
  }

  /** What was recognised counts, for good; without its claims where there is no room for their text. */
  #settle(recognition: Recognition): Recognition {
    this.#recognition ??= this.#kept(recognition);
    this.#firstBytes = null;
    return this.#recognition;
  }

  #kept(recognition: Recognition): Recognition {
    const { alpn, sni, httpHost, tunnel } = recognition;
    let length = (sni?.length ?? 0) + (httpHost?.length ?? 0) + (tunnel?.target.length ?? 0);
    for (const name of alpn) length += name.length;
    if (this.#setting.budget.grow(length)) return recognition;
    return { ...recognition, alpn: [], sni: null, httpHost: null, tunnel: null };
  }

  #reset(isFromClient: boolean, at: number): void {
    if (this.#closedAt !== null) return;
    this.#closedAt = at;
    // Whoever has said its last word refuses what still comes: curl does so at each end of a TLS connection.
    if (isFromClient ? this.#hasEnded.sent : this.#hasEnded.received) return;
    this.#failure ??= isFromClient || this.#isEstablished ? 'ECONNRESET' : 'ECONNREFUSED';
  }

  #end(direction: Direction, at: number): void {
    this.#hasEnded[direction] = true;
    if (this.#hasEnded.sent && this.#hasEnded.received) this.#closedAt ??= at;
  }
}

/** Number of the first byte of the payload: a SYN has a number of its own (RFC 9293 §3.4). */
function firstOf({ flags, sequence }: Header): number {
  return (flags & FLAG.SYN) === 0 ? sequence : sequence + 1;
}
