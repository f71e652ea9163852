import { type BlockResponse, type Exporter, madeBy } from '../exporter.js';
import { createLosses } from '../fit/losses.js';
import { yamlText } from '../syntax/yaml.js';
import { OVERRIDE_TTL, REDIRECTION_ACTION, type Route53List, route53List, THREATS } from './route53-list.js';

/**
 * A CloudFormation template: the names that are allowed, then AWS's own detection so that its finds are told apart in
 * the logs, and last all other names. Allowed names come first, so that no guess of AWS blocks one.
 */
export const route53: Exporter = (list, options) => {
  const losses = createLosses();
  const own = route53List(list, options, losses);
  return { text: yamlText(madeBy('route53'), template(own, options.blockResponse)), ...losses.all() };
};

function template({ domains, redirection }: Route53List, response: BlockResponse): unknown {
  const lists = domains.map((names, index) => ({ id: `AllowedDomains${index + 1}`, names }));
  const block = { Action: 'BLOCK', ...blockResponse(response) };
  const rules = [
    ...lists.map(({ id }) => ({
      Action: 'ALLOW',
      FirewallDomainListId: { 'Fn::GetAtt': [id, 'Id'] },
      FirewallDomainRedirectionAction: REDIRECTION_ACTION[redirection],
    })),
    ...THREATS.map((threat) => ({ ...block, DnsThreatProtection: threat, ConfidenceThreshold: 'LOW' })),
    { ...block, FirewallDomainListId: { 'Fn::GetAtt': ['AllDomains', 'Id'] } },
  ];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Names that may be looked up; all others are blocked',
    Resources: {
      ...Object.fromEntries(lists.map(({ id, names }) => [id, domainList(names)])),
      AllDomains: domainList(['*']),
      RuleGroup: {
        Type: 'AWS::Route53Resolver::FirewallRuleGroup',
        Properties: {
          Name: 'egresslock',
          FirewallRules: rules.map((rule, index) => ({ Priority: (index + 1) * 10, ...rule })),
        },
      },
    },
    Outputs: { RuleGroupId: { Value: { 'Fn::GetAtt': ['RuleGroup', 'Id'] } } },
  };
}

function domainList(names: readonly string[]): unknown {
  return { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: names } };
}

function blockResponse(response: BlockResponse): Record<string, string | number> {
  switch (response.kind) {
    case 'nxdomain':
      return { BlockResponse: 'NXDOMAIN' };
    case 'nodata':
      return { BlockResponse: 'NODATA' };
    case 'override':
      return {
        BlockResponse: 'OVERRIDE',
        BlockOverrideDnsType: 'CNAME',
        BlockOverrideDomain: response.name,
        BlockOverrideTtl: OVERRIDE_TTL,
      };
  }
}
