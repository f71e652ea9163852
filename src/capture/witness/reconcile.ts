import type { WitnessRecord } from './record.js';

/** Flows in the books, each as `sourcePort address port`. */
export interface Books {
  /** All TCP connections, and all UDP flows, that were accepted. */
  readonly tcp: ReadonlySet<string>;
  readonly udp: ReadonlySet<string>;
  /** UDP flows of which only the call is known: whether a packet came of it or not, it is no difference. */
  readonly udpCalls: ReadonlySet<string>;
}

/** What the packets say and the books don't, and the other way round. */
export interface Difference {
  /** On the wire, but never accepted by gateway, resolver or relay. */
  readonly unrecorded: readonly string[];
  /** Accepted, but never seen on the wire. */
  readonly unseen: readonly string[];
}

/** Differences that are named; of more than these only the number is told. */
const NAMED = 5;

/** Compares the two witnesses flow by flow. */
export function reconcile(records: readonly WitnessRecord[], { tcp, udp, udpCalls }: Books): Difference {
  const seen = { tcp: keysOf(records, 'tcp'), udp: keysOf(records, 'udp') };
  const known = new Set([...udp, ...udpCalls]);
  return {
    unrecorded: [...missing(seen.tcp, tcp, 'tcp'), ...missing(seen.udp, known, 'udp')].sort(),
    unseen: [...missing(tcp, seen.tcp, 'tcp'), ...missing(udp, seen.udp, 'udp')].sort(),
  };
}

/**
 * In words, for a reason; null where there is none.
 * @param unannounced Connections that no held call had announced
 */
export function describeDifference({ unrecorded, unseen }: Difference, unannounced: number): string | null {
  const differences = [
    ...unrecorded.map((flow) => `on the wire only: ${flow}`),
    ...unseen.map((flow) => `in the books only: ${flow}`),
    ...(unannounced > 0 ? [`${unannounced} connections that no held call had announced`] : []),
  ];
  if (differences.length === 0) return null;
  const more = differences.length > NAMED ? ` and ${differences.length - NAMED} more` : '';
  return `${differences.slice(0, NAMED).join('; ')}${more}`;
}

function keysOf(records: readonly WitnessRecord[], kind: 'tcp' | 'udp'): Set<string> {
  return new Set(
    records
      .filter((record) => record.kind === kind)
      .map((record) => `${record.sourcePort} ${record.address} ${record.port}`),
  );
}

function missing(from: ReadonlySet<string>, other: ReadonlySet<string>, kind: string): string[] {
  return [...from].filter((key) => !other.has(key)).map((key) => `${kind} ${key}`);
}
