import { type EgressList, hostText } from '../../model/egress-list.js';
import type { FitHost } from './fit-entries.js';
import type { Losses } from './losses.js';

/** How a target that can look at each link of a CNAME chain treats it, and the names that it needs for that. */
export interface Redirection {
  readonly mode: 'inspect' | 'trust';
  /** Names that the listed ones lead over and that are not listed themselves, sorted; empty for `trust`. */
  readonly chain: readonly string[];
}

/**
 * Settles on one way for all names. Where nothing is chosen and a name's chain is not known, `trust` is what keeps the
 * name working.
 */
export function redirectionOf(
  hosts: readonly FitHost[],
  list: EgressList,
  chosen: 'inspect' | 'trust' | null,
): Redirection {
  const mode = chosen ?? (hosts.every((host) => isChainKnown(host, list)) ? 'inspect' : 'trust');
  return { mode, chain: mode === 'inspect' ? chainOf(hosts, list) : [] };
}

/** Says what the chosen way costs. */
export function noteRedirection(
  { mode, chain }: Redirection,
  hosts: readonly FitHost[],
  list: EgressList,
  target: string,
  losses: Losses,
): void {
  if (mode === 'trust') {
    for (const host of hosts)
      losses.widen(`${target} is told to trust whatever name this one leads to`, hostText(host));
    return;
  }
  for (const name of chain)
    losses.widen(
      `${target} needs each name of a CNAME chain: this one may be looked up by itself, too`,
      name,
    );
  for (const host of hosts) {
    if (!isChainKnown(host, list))
      losses.omit(
        `${target} needs each name of a CNAME chain, and no kept run knows all of them`,
        hostText(host),
      );
  }
}

function chainOf(hosts: readonly FitHost[], { resolutions }: EgressList): string[] {
  const listed = new Set(hosts.map(hostText));
  const covered = (name: string): boolean =>
    listed.has(name) || hosts.some((host) => host.kind === 'below' && name.endsWith(`.${host.name}`));
  const links = [...resolutions]
    .filter(([name]) => covered(name))
    .flatMap(([, { cnames }]) => cnames ?? [])
    .filter((name) => !covered(name));
  return [...new Set(links)].sort();
}

/** A wildcard's names to come have chains that nobody has seen. */
function isChainKnown(host: FitHost, { resolutions }: EgressList): boolean {
  return host.kind === 'name' && (resolutions.get(host.name)?.cnames ?? null) !== null;
}
