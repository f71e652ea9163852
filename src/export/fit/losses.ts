import { compareBy } from '../../model/compare.js';
import type { Loss } from '../../model/egress-list.js';

/** Collects what a target can't say; the same loss of many hosts is one. */
export interface Losses {
  widen(what: string, host: string): void;
  omit(what: string, host: string): void;
  /** Sorted. */
  all(): { readonly widened: readonly Loss[]; readonly omitted: readonly Loss[] };
}

export function createLosses(): Losses {
  const widened = new Map<string, Set<string>>();
  const omitted = new Map<string, Set<string>>();
  const add = (losses: Map<string, Set<string>>, what: string, host: string): void => {
    const hosts = losses.get(what) ?? new Set();
    losses.set(what, hosts);
    hosts.add(host);
  };
  return {
    widen: (what, host) => add(widened, what, host),
    omit: (what, host) => add(omitted, what, host),
    all: () => ({ widened: lossesOf(widened), omitted: lossesOf(omitted) }),
  };
}

function lossesOf(losses: ReadonlyMap<string, ReadonlySet<string>>): Loss[] {
  return [...losses]
    .map(([what, hosts]) => ({ what, hosts: [...hosts].sort() }))
    .sort(compareBy((loss) => loss.what));
}
