/** What of a capture could not be made events of. */
export interface Tally {
  /** Link type → packets. */
  readonly unknownLinks: ReadonlyMap<number, number>;
  /** Packets that are cut off within their headers, or make no sense. */
  readonly unreadable: number;
  /** Fragmented datagrams of which a part is missing. */
  readonly lostDatagrams: number;
  /** Protocol number → packets that are neither TCP nor UDP. */
  readonly otherProtocols: ReadonlyMap<number, number>;
  /** Answers to queries that the capture does not hold. */
  readonly unaskedAnswers: number;
  /** Connections that were open before the capture began. */
  readonly olderConnections: number;
  /** Flows of which the bytes that would say more are missing. */
  readonly cutFlows: number;
  /** Events that were too many. */
  readonly refusedEvents: number;
  /** Flows that were named early, since too much was held for others. */
  readonly hurriedFlows: number;
}
