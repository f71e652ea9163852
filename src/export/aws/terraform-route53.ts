import { type BlockResponse, type Exporter, madeBy } from '../exporter.js';
import { createLosses } from '../fit/losses.js';
import { hclList, hclString } from '../syntax/hcl.js';
import { OVERRIDE_TTL, REDIRECTION_ACTION, route53List, THREATS } from './route53-list.js';

/** The same as `route53` for Terraform; DNS Firewall Advanced needs version 6.27 of the AWS provider (its changelog). */
export const terraformRoute53: Exporter = (list, options) => {
  const losses = createLosses();
  const { domains, redirection } = route53List(list, options, losses);
  const lists = domains.map((names, index) => ({ id: `allowed_${index + 1}`, names }));
  const block: Attributes = [['action', hclString('BLOCK')], ...blockResponse(options.blockResponse)];
  const rules: { readonly id: string; readonly attributes: Attributes }[] = [
    ...lists.map(({ id }) => ({
      id,
      attributes: [
        ['action', hclString('ALLOW')],
        ['firewall_domain_list_id', `aws_route53_resolver_firewall_domain_list.${id}.id`],
        ['firewall_domain_redirection_action', hclString(REDIRECTION_ACTION[redirection])],
      ] satisfies Attributes,
    })),
    ...THREATS.map((threat) => ({
      id: threat.toLowerCase(),
      attributes: [
        ...block,
        ['confidence_threshold', hclString('LOW')],
        ['dns_threat_protection', hclString(threat)],
      ] satisfies Attributes,
    })),
    {
      id: 'all',
      attributes: [...block, ['firewall_domain_list_id', 'aws_route53_resolver_firewall_domain_list.all.id']],
    },
  ];
  const blocks = [
    ...[...lists, { id: 'all', names: ['*'] }].map(({ id, names }) =>
      resource('aws_route53_resolver_firewall_domain_list', id, [
        ['name', hclString(`egresslock-${id.replaceAll('_', '-')}`)],
        ['domains', hclList(names, 2)],
      ]),
    ),
    resource('aws_route53_resolver_firewall_rule_group', 'egresslock', [['name', hclString('egresslock')]]),
    ...rules.map(({ id, attributes }, index) =>
      resource('aws_route53_resolver_firewall_rule', id, [
        ['name', hclString(`egresslock-${id.replaceAll('_', '-')}`)],
        ['firewall_rule_group_id', 'aws_route53_resolver_firewall_rule_group.egresslock.id'],
        ['priority', String((index + 1) * 10)],
        ...attributes,
      ]),
    ),
  ];
  return { text: `# ${madeBy('terraform-route53')}\n${blocks.join('\n')}`, ...losses.all() };
};

type Attributes = readonly (readonly [name: string, expression: string])[];

/** A resource with its attributes as `terraform fmt` aligns them: in groups that an attribute of several lines ends. */
function resource(type: string, id: string, attributes: Attributes): string {
  const isLong = (expression: string): boolean => expression.includes('\n');
  const width = Math.max(...attributes.filter(([, value]) => !isLong(value)).map(([name]) => name.length));
  const lines = attributes.map(([name, value]) =>
    isLong(value) ? `  ${name} = ${value}` : `  ${name.padEnd(width)} = ${value}`,
  );
  return `resource ${hclString(type)} ${hclString(id)} {\n${lines.join('\n')}\n}\n`;
}

function blockResponse(response: BlockResponse): Attributes {
  switch (response.kind) {
    case 'nxdomain':
      return [['block_response', hclString('NXDOMAIN')]];
    case 'nodata':
      return [['block_response', hclString('NODATA')]];
    case 'override':
      return [
        ['block_response', hclString('OVERRIDE')],
        ['block_override_dns_type', hclString('CNAME')],
        ['block_override_domain', hclString(response.name)],
        ['block_override_ttl', String(OVERRIDE_TTL)],
      ];
  }
}
