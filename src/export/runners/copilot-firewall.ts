import { hostText } from '../../model/egress-list.js';
import type { Exporter } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { type FitEntry, fitEntries } from '../fit/fit-entries.js';
import { createLosses, type Losses } from '../fit/losses.js';

const ABILITY: Ability = {
  target: "Copilot's firewall",
  exact: 'exact',
  below: 'with-apex',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'some',
  protocols: ['tls', 'http'],
  lookups: false,
};
/** Ports that a URL need not write (RFC 9110 §4.2). */
const OWN_PORT = { https: 443, http: 80 } as const;

/**
 * One line an entry of the custom allowlist of GitHub's Copilot coding agent. A domain there covers all names below it;
 * a URL is for its scheme and host alone, so a name is written as one.
 */
export const copilotFirewall: Exporter = (list) => {
  const losses = createLosses();
  const lines = fitEntries(list.entries, ABILITY, losses).flatMap((entry) => lineOf(entry, losses));
  return {
    text: [...new Set(lines)]
      .sort()
      .map((line) => `${line}\n`)
      .join(''),
    ...losses.all(),
  };
};

function lineOf({ host, ports, protocol }: FitEntry, losses: Losses): string[] {
  const text = hostText(host);
  if (protocol !== 'tls' && protocol !== 'http') {
    losses.omit(`${ABILITY.target} knows HTTP and HTTPS only, not ${protocol ?? 'any protocol'}`, text);
    return [];
  }
  const scheme = protocol === 'tls' ? 'https' : 'http';
  const port = ports?.from ?? 0;
  if (host.kind === 'below') {
    losses.widen(`${ABILITY.target} takes a wildcard without scheme and port`, text);
    return [host.name];
  }
  if (port !== OWN_PORT[scheme]) {
    losses.omit(`${ABILITY.target} documents no ports: ${scheme} at port ${port}`, text);
    return [];
  }
  return [`${scheme}://${text}/`];
}
