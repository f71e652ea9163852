import { compareBy } from '../model/compare.js';
import { type EgressEntry, hostText, type Loss } from '../model/egress-list.js';
import type { LockRow } from '../model/lock.js';
import type { Decision, PolicyRule } from '../model/policy.js';
import { parseHost } from './host.js';
import { createPolicy } from './rules/create-policy.js';
import { parseHostPattern } from './rules/host-pattern.js';
import { lockRules } from './rules/lock-rules.js';

export interface Allowed {
  readonly rows: readonly LockRow[];
  readonly own: readonly PolicyRule[];
  readonly blocked: readonly Loss[];
}

/** What accepted rows and the user's permissions allow, without what a rule of whatever origin blocks before them. */
export function withoutBlocked(
  rows: readonly LockRow[],
  own: readonly PolicyRule[],
  rules: readonly PolicyRule[],
): Allowed {
  if (!rules.some((rule) => rule.action === 'block')) return { rows, own, blocked: [] };
  const policy = createPolicy([...rules, ...lockRules({ lockVersion: 1, rows })]);
  const blocked = new Map<string, Set<string>>();
  const passes = (decision: Decision, host: string): boolean => {
    if (decision.action !== 'block') return true;
    addTo(blocked, `${decision.rule?.origin ?? 'a rule'} blocks it before anything allows it`, host);
    return false;
  };
  return {
    rows: rows.filter(({ package: name, ...place }) =>
      passes(policy.decide({ ...place, speaker: { kind: 'one', name } }), place.host),
    ),
    own: own.filter(
      ({ host, ports, protocols, phases }) =>
        // Of a wildcard or a range only parts can be blocked: see `shadowed`.
        parseHost(host) === null ||
        passes(
          policy.decide({
            phase: phases?.[0] ?? '',
            speaker: { kind: 'any' },
            host,
            port: ports?.[0]?.from ?? null,
            protocol: protocols?.[0] ?? null,
          }),
          host,
        ),
    ),
    blocked: lossesOf(blocked),
  };
}

/** Block rules for something within what a wildcard or a range lets out: no target but the policy itself has them. */
export function shadowed(entries: readonly EgressEntry[], rules: readonly PolicyRule[]): Loss[] {
  const wide = entries.filter(({ host }) => host.kind === 'below' || host.kind === 'all');
  const losses = new Map<string, Set<string>>();
  for (const rule of wide.length === 0 ? [] : rules) {
    if (rule.action !== 'block') continue;
    const pattern = parseHostPattern(rule.host);
    if (pattern?.kind !== 'name' && pattern?.kind !== 'below') continue;
    for (const { host } of wide) {
      if (host.kind === 'below' && !pattern.name.endsWith(`.${host.name}`)) continue;
      addTo(losses, `it lets out hosts that ${rule.origin} blocks`, hostText(host));
    }
  }
  return lossesOf(losses);
}

function addTo(losses: Map<string, Set<string>>, what: string, host: string): void {
  losses.set(what, (losses.get(what) ?? new Set()).add(host));
}

function lossesOf(losses: ReadonlyMap<string, ReadonlySet<string>>): Loss[] {
  return [...losses]
    .map(([what, hosts]) => ({ what, hosts: [...hosts].sort() }))
    .sort(compareBy((loss) => loss.what));
}
