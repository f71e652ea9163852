import { type BlockResponse, type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { fitEntries, hostsOf } from '../fit/fit-entries.js';
import { createLosses } from '../fit/losses.js';

const ABILITY: Ability = {
  target: "Unbound's local zone (a response policy zone is exact, and Unbound reads one)",
  exact: 'with-below',
  below: 'with-apex',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'no',
  protocols: [],
  lookups: true,
};

/** Zones of unbound.conf(5), to be included: the root is answered here, and what is allowed is resolved as usual. */
export const unbound: Exporter = (list, { blockResponse, resolver }) => {
  const losses = createLosses();
  const names = hostsOf(fitEntries(list.entries, ABILITY, losses)).flatMap((host) =>
    host.kind === 'range' ? [] : [host.name],
  );
  for (const name of names) losses.widen('Unbound does not look at what this name leads to', name);
  const lines = [
    `# ${madeBy('unbound')}`,
    'server:',
    ...rootZone(blockResponse).map((line) => `  ${line}`),
    ...[...new Set(names)].sort().map((name) => `  local-zone: "${name}." always_transparent`),
    ...(resolver === null ? [] : ['forward-zone:', '  name: "."', `  forward-addr: ${resolver}`]),
  ];
  return { text: `${lines.join('\n')}\n`, ...losses.all() };
};

function rootZone(response: BlockResponse): string[] {
  switch (response.kind) {
    case 'nxdomain':
      return ['local-zone: "." always_nxdomain'];
    case 'nodata':
      return ['local-zone: "." always_nodata'];
    case 'override':
      return [
        'local-zone: "." redirect',
        `local-data: ". 60 IN CNAME ${response.name}."`,
        `local-zone: "${response.name}." always_transparent`,
      ];
  }
}
