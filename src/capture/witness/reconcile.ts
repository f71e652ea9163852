import type { WitnessRecord } from './record.js';

/** What the packets say and the books don't, and the other way round. */
export interface Difference {
  /** On the wire, but never accepted by gateway, resolver or relay. */
  readonly unrecorded: readonly string[];
  /** Accepted, but never seen on the wire. */
  readonly unseen: readonly string[];
}

/**
 * Compares the two witnesses flow by flow.
 * @param accepted `sourcePort address port` of all TCP connections and of all UDP flows that were accepted.
 */
export function reconcile(
  records: readonly WitnessRecord[],
  accepted: { readonly tcp: ReadonlySet<string>; readonly udp: ReadonlySet<string> },
): Difference {
  const seen = { tcp: keysOf(records, 'tcp'), udp: keysOf(records, 'udp') };
  return {
    unrecorded: [...missing(seen.tcp, accepted.tcp, 'tcp'), ...missing(seen.udp, accepted.udp, 'udp')].sort(),
    unseen: [...missing(accepted.tcp, seen.tcp, 'tcp'), ...missing(accepted.udp, seen.udp, 'udp')].sort(),
  };
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
