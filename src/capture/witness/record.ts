/** What the wire witness says of one packet that left the sandbox. */
export interface WitnessRecord {
  /** `tcp`: a first SYN of a connection; `udp`: the first datagram of a flow; `other`: anything unusual. */
  readonly kind: 'tcp' | 'udp' | 'other';
  /** Milliseconds since the run's start. */
  readonly at: number;
  readonly sourcePort: number;
  readonly address: string;
  readonly port: number;
  /** IP protocol number (IANA). */
  readonly protocol: number;
}

/** What the witness itself has counted. */
export interface WitnessTotals {
  /** Packets that the socket's filter let through. */
  readonly packets: number;
  /** Packets that the kernel dropped because the witness was too slow (PACKET_STATISTICS). */
  readonly dropped: number;
  /** Flows that were not reported because there were more than the bound. */
  readonly unreported: number;
}
