import { createOldestKey } from '../../oldest-key.js';
import { SparseBytes } from '../../recognize/sparse-bytes.js';
import { type IpPacket, viewOf } from './ip-packet.js';
import { readReassembledIpv6 } from './ipv6.js';

/** Bytes of one datagram's payload (RFC 791 §3.1, RFC 8200 §4.5). */
const MAXIMUM_DATAGRAM = 65_535;
/** A datagram of the largest size in the smallest fragments that links carry (RFC 791: 68 bytes) would be about 1400. */
const MAXIMUM_FRAGMENTS = 1500;
/** Datagrams that are put together at once; the oldest is given up. 16 MiB at most. */
const MAXIMUM_DATAGRAMS = 256;
/** Milliseconds that Linux waits for the rest (net.ipv4.ipfrag_time); after it a number may be used anew. */
const TIMEOUT = 30_000;
/** Each but the last fragment has a multiple of this. */
const UNIT = 8;

interface Assembly {
  readonly bytes: SparseBytes;
  readonly startedAt: number;
  /** Known once the last fragment was seen; the first one that claims to be it counts. */
  length: number | null;
}

/** Puts fragmented datagrams together; of bytes that came twice the first ones count. */
export class Fragments {
  readonly #assemblies = new Map<string, Assembly>();
  readonly #oldest = createOldestKey(this.#assemblies);
  #lost = 0;

  /** Datagrams that were not put together, with those that still could be. */
  get lost(): number {
    return this.#lost + this.#assemblies.size;
  }

  /** Takes a fragment, and returns the whole datagram once it is there. @param at Milliseconds */
  push(packet: IpPacket, at: number): IpPacket | null {
    const { fragment } = packet;
    if (fragment === null) return packet;
    const end = fragment.offset + packet.length;
    const isOdd = fragment.hasMore && packet.length % UNIT !== 0;
    if (isOdd || packet.length === 0 || end > MAXIMUM_DATAGRAM) return null;
    const key = keyOf(packet, fragment.identification);
    const assembly = this.#assemblyOf(key, at);
    if (!fragment.hasMore) assembly.length ??= end;
    if (!assembly.bytes.insert(fragment.offset, packet.bytes.subarray(packet.start, packet.end))) {
      this.#assemblies.delete(key);
      this.#lost += 1;
      return null;
    }
    const payload = assembly.length === null ? null : assembly.bytes.whole(assembly.length);
    if (payload === null) return null;
    this.#assemblies.delete(key);
    return datagramOf(packet, payload);
  }

  #assemblyOf(key: string, at: number): Assembly {
    const known = this.#assemblies.get(key);
    if (known !== undefined && Math.abs(at - known.startedAt) <= TIMEOUT) return known;
    if (known !== undefined) this.#lost += 1;
    this.#assemblies.delete(key);
    if (this.#assemblies.size >= MAXIMUM_DATAGRAMS) {
      const oldest = this.#oldest();
      if (oldest !== undefined) this.#assemblies.delete(oldest);
      this.#lost += 1;
    }
    const bytes = new SparseBytes({ bytes: MAXIMUM_DATAGRAM, pieces: MAXIMUM_FRAGMENTS });
    const assembly = { bytes, startedAt: at, length: null };
    this.#assemblies.set(key, assembly);
    return assembly;
  }
}

/** RFC 791 counts the protocol as part of a datagram's identity, RFC 8200 does not. */
function keyOf({ bytes, addresses, addressLength, protocol }: IpPacket, identification: number): string {
  const pair = bytes.toString('latin1', addresses, addresses + addressLength * 2);
  return `${pair}${addressLength === 4 ? protocol : ''} ${identification}`;
}

function datagramOf(packet: IpPacket, payload: Uint8Array): IpPacket | null {
  const { bytes, addresses, addressLength } = packet;
  const head = bytes.subarray(addresses, addresses + addressLength * 2);
  const datagram = Buffer.concat([head, payload]);
  const whole: IpPacket = {
    ...packet,
    bytes: datagram,
    view: viewOf(datagram),
    addresses: 0,
    start: head.length,
    end: head.length + payload.length,
    length: payload.length,
    fragment: null,
  };
  return addressLength === 4 ? whole : readReassembledIpv6(whole);
}
