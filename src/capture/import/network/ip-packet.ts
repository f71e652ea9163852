/** An IP packet, or a datagram that was put together of fragments; its bytes hold until the next packet is read. */
export interface IpPacket {
  readonly bytes: Buffer;
  /** The same bytes, to read numbers from. */
  readonly view: DataView;
  /** Where the source's address begins; the destination's follows it. */
  readonly addresses: number;
  readonly addressLength: 4 | 16;
  /** Of what the payload is (IANA protocol numbers), behind all extension headers. */
  readonly protocol: number;
  /** Where the payload begins. */
  readonly start: number;
  /** Where what was kept of the payload ends. */
  readonly end: number;
  /** Bytes of the payload on the wire: more than `end - start` where the capture kept only its beginning. */
  readonly length: number;
  /** Null for a whole one. */
  readonly fragment: Fragment | null;
}

/** What a fragment says of itself (RFC 791 §3.2, RFC 8200 §4.5). */
export interface Fragment {
  readonly identification: number;
  /** Bytes of the datagram's payload before it. */
  readonly offset: number;
  /** False for the last one. */
  readonly hasMore: boolean;
}

/** The bytes of a buffer, to read numbers from. */
export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
