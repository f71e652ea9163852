import { type Exporter, madeBy } from '../exporter.js';
import { createLosses, type Losses } from '../fit/losses.js';
import { suricataPasses } from '../packets/suricata-passes.js';
import { yamlText } from '../syntax/yaml.js';
import { domainGroups } from './network-firewall-domains.js';

/** Rules that a stateful group may hold (AWS Network Firewall quotas: capacity of a stateful rule group). */
const HIGHEST_CAPACITY = 30_000;

/** Default actions of a strict policy: whatever no rule passes is dropped once it is more than a handshake. */
export const DEFAULT_ACTIONS = ['aws:drop_established', 'aws:alert_established'];
export const STATELESS_ACTIONS = ['aws:forward_to_sfe'];

/** A CloudFormation template with domain lists for SNI and Host, and a strict firewall policy. */
export const networkFirewall: Exporter = (list) => {
  const losses = createLosses();
  const groups = domainGroups(list, losses).map(({ id, type, targets, capacity }) => ({
    id: `${id}Names`,
    capacity: checked(capacity, losses),
    source: {
      RulesSourceList: { GeneratedRulesType: 'ALLOWLIST', TargetTypes: [type], Targets: targets },
    },
  }));
  return { text: yamlText(madeBy('network-firewall'), template(groups)), ...losses.all() };
};

/** The same with Suricata's rules, which know ports, protocols and addresses. */
export const networkFirewallSuricata: Exporter = (list) => {
  const losses = createLosses();
  const rules = suricataPasses(list, losses);
  const group = {
    id: 'PassRules',
    capacity: checked(rules.length, losses),
    // One rule a line of the template, so that a change of the list is a change of its lines.
    source: { RulesString: { 'Fn::Join': ['\n', rules] } },
  };
  const text = yamlText(madeBy('network-firewall-suricata'), template(rules.length === 0 ? [] : [group]));
  return { text, ...losses.all() };
};

/** The capacity, which must not pass the quota. */
export function checked(capacity: number, losses: Losses): number {
  if (capacity > HIGHEST_CAPACITY)
    losses.omit(
      `Network Firewall takes rule groups of a capacity up to ${HIGHEST_CAPACITY}, and this one needs ${capacity}`,
      '*',
    );
  return capacity;
}

interface Group {
  readonly id: string;
  readonly capacity: number;
  readonly source: unknown;
}

function template(groups: readonly Group[]): unknown {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Connections that may leave; all others are dropped',
    Resources: {
      ...Object.fromEntries(groups.map((group) => [group.id, ruleGroup(group)])),
      FirewallPolicy: {
        Type: 'AWS::NetworkFirewall::FirewallPolicy',
        Properties: {
          FirewallPolicyName: 'egresslock',
          FirewallPolicy: {
            StatelessDefaultActions: STATELESS_ACTIONS,
            StatelessFragmentDefaultActions: STATELESS_ACTIONS,
            StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER' },
            StatefulDefaultActions: DEFAULT_ACTIONS,
            StatefulRuleGroupReferences: groups.map(({ id }, index) => ({
              Priority: (index + 1) * 10,
              ResourceArn: { 'Fn::GetAtt': [id, 'RuleGroupArn'] },
            })),
          },
        },
      },
    },
    Outputs: { FirewallPolicyArn: { Value: { 'Fn::GetAtt': ['FirewallPolicy', 'FirewallPolicyArn'] } } },
  };
}

function ruleGroup({ id, capacity, source }: Group): unknown {
  return {
    Type: 'AWS::NetworkFirewall::RuleGroup',
    Properties: {
      RuleGroupName: `egresslock-${id}`,
      Type: 'STATEFUL',
      Capacity: capacity,
      RuleGroup: { RulesSource: source, StatefulRuleOptions: { RuleOrder: 'STRICT_ORDER' } },
    },
  };
}
