import { hostText } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { fitEntries } from '../fit/fit-entries.js';
import { createLosses } from '../fit/losses.js';

const ABILITY: Ability = {
  target: 'Harden-Runner',
  exact: 'exact',
  below: 'any-depth',
  label: ANY_LABEL,
  // Its documentation shows names only.
  addresses: 'no',
  ports: 'some',
  protocols: [],
  lookups: false,
};

/** The first step of a GitHub Actions job: `host:port` a line. */
export const hardenRunner: Exporter = (list) => {
  const losses = createLosses();
  const endpoints = fitEntries(list.entries, ABILITY, losses).map(
    ({ host, ports }) => `${hostText(host)}:${ports?.from ?? 0}`,
  );
  const lines = [...new Set(endpoints)].sort();
  const text = [
    `# ${madeBy('harden-runner')}`,
    '- uses: step-security/harden-runner@v2',
    '  with:',
    '    egress-policy: block',
    ...(lines.length === 0 ? ['    allowed-endpoints: ""'] : ['    allowed-endpoints: >']),
    ...lines.map((line) => `      ${line}`),
  ].join('\n');
  return { text: `${text}\n`, ...losses.all() };
};
