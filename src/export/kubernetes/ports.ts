import { hostText } from '../../model/egress-list.js';
import type { PortRange } from '../../model/policy.js';
import type { FitEntry } from '../fit/fit-entries.js';
import type { Losses } from '../fit/losses.js';
import { type FlowTransport, transportsOf } from '../fit/transports.js';

/** A host's ports with their transports, as one text and as values: hosts with the same text share a rule. */
export interface Opening {
  readonly transports: readonly FlowTransport[];
  readonly ports: PortRange;
}

/** What an entry opens; says so where the lock does not know the transport. Null for a look-up. */
export function openingOf({ host, ports, protocol }: FitEntry, losses: Losses): Opening | null {
  if (ports === null) return null;
  const transports = transportsOf(protocol);
  if (protocol !== null && transports.length > 1)
    losses.widen('the lock does not say by which transport: both TCP and UDP', hostText(host));
  return { transports, ports };
}

export function openingKey({ transports, ports }: Opening): string {
  return `${transports.join('+')} ${ports.from}-${ports.to}`;
}
