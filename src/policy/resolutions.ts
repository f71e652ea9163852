import type { Resolution } from '../model/egress-list.js';
import type { RunRecord } from '../model/record.js';
import { canonicalHost, isAddress } from './canonical-host.js';
import { parseHost } from './host.js';

interface Seen {
  /** Null until an answer was seen. */
  cnames: Set<string> | null;
  readonly addresses: Set<string>;
}

/** Where each name led in the runs of a phase: CNAME chains of the answers, and addresses. What was blocked led nowhere. */
export function resolutionsOf(
  records: readonly RunRecord[],
  phase: string | null,
): ReadonlyMap<string, Resolution> {
  const names = new Map<string, Seen>();
  const of = (host: string): Seen | null => {
    const parsed = parseHost(host);
    if (parsed?.kind !== 'name') return null;
    const seen = names.get(parsed.name) ?? { cnames: null, addresses: new Set() };
    names.set(parsed.name, seen);
    return seen;
  };
  for (const record of records) {
    if (phase !== null && record.run.phase !== phase) continue;
    for (const event of record.events) {
      if (event.kind !== 'dns' || event.verdict !== 'allowed' || event.rcode !== 'NOERROR') continue;
      const seen = of(event.name);
      if (seen === null) continue;
      seen.cnames ??= new Set();
      for (const target of event.cnames) seen.cnames.add(canonicalHost(target));
      if (event.type === 'A' || event.type === 'AAAA') addAddresses(seen, event.answers);
    }
    for (const { host, addresses, verdict } of record.destinations) {
      if (verdict === 'allowed') addAddresses(of(host), addresses);
    }
  }
  return new Map(
    [...names].map(([name, { cnames, addresses }]) => [
      name,
      { cnames: cnames === null ? null : [...cnames].sort(), addresses: [...addresses].sort() },
    ]),
  );
}

function addAddresses(seen: Seen | null, answers: readonly string[]): void {
  for (const answer of answers) if (isAddress(answer)) seen?.addresses.add(canonicalHost(answer));
}
