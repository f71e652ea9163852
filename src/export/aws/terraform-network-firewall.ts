import { type Exporter, madeBy } from '../exporter.js';
import { createLosses } from '../fit/losses.js';
import { suricataPasses } from '../packets/suricata-passes.js';
import { hclList, hclString } from '../syntax/hcl.js';
import { checked, DEFAULT_ACTIONS, STATELESS_ACTIONS } from './network-firewall.js';

/** The same as `network-firewall-suricata` for Terraform. */
export const terraformNetworkFirewall: Exporter = (list) => {
  const losses = createLosses();
  const rules = suricataPasses(list, losses);
  const text = `# ${madeBy('terraform-network-firewall')}
${rules.length === 0 ? '' : `${ruleGroup(rules, checked(rules.length, losses))}\n`}resource "aws_networkfirewall_firewall_policy" "egresslock" {
  name = "egresslock"
  firewall_policy {
    stateless_default_actions          = [${STATELESS_ACTIONS.map(hclString).join(', ')}]
    stateless_fragment_default_actions = [${STATELESS_ACTIONS.map(hclString).join(', ')}]
    stateful_default_actions           = [${DEFAULT_ACTIONS.map(hclString).join(', ')}]
    stateful_engine_options {
      rule_order = "STRICT_ORDER"
    }
${rules.length === 0 ? '' : REFERENCE}  }
}
`;
  return { text, ...losses.all() };
};

const REFERENCE = `    stateful_rule_group_reference {
      priority     = 10
      resource_arn = aws_networkfirewall_rule_group.egresslock.arn
    }
`;

function ruleGroup(rules: readonly string[], capacity: number): string {
  return `resource "aws_networkfirewall_rule_group" "egresslock" {
  name     = "egresslock"
  type     = "STATEFUL"
  capacity = ${capacity}
  rule_group {
    rules_source {
      rules_string = join("\\n", ${hclList(rules, 6)})
    }
    stateful_rule_options {
      rule_order = "STRICT_ORDER"
    }
  }
}
`;
}
