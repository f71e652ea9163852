import { hostText } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { fitEntries, hostsOf } from '../fit/fit-entries.js';
import { createLosses } from '../fit/losses.js';
import { yamlText } from '../syntax/yaml.js';

const ABILITY: Ability = {
  target: "GitHub's egress firewall",
  exact: 'exact',
  // A preview, of which only exact hosts are documented.
  below: 'no',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'no',
  protocols: [],
  lookups: false,
};

/** `.github/egress-firewall.yaml` */
export const githubEgressFirewall: Exporter = (list) => {
  const losses = createLosses();
  const allow = hostsOf(fitEntries(list.entries, ABILITY, losses)).map(hostText);
  return {
    text: yamlText(madeBy('github-egress-firewall'), { mode: 'enforce', allow }),
    ...losses.all(),
  };
};
