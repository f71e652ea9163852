import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { route53 } from '../../src/export/aws/route53.js';
import type { ExportOptions } from '../../src/export/exporter.js';
import { below, entry, listOf, name, OPTIONS } from './lists.js';

interface Rule {
  readonly Action: string;
  readonly FirewallDomainRedirectionAction?: string;
  readonly BlockOverrideDomain?: string;
}
const exported = (
  list: ReturnType<typeof listOf>,
  options: Partial<ExportOptions> = {},
): { domains: string[]; rules: Rule[]; widened: string[]; omitted: string[] } => {
  const { text, widened, omitted } = route53(list, { ...OPTIONS, ...options });
  const { Resources: resources } = parse(text);
  return {
    domains: resources.AllowedDomains1.Properties.Domains,
    rules: resources.RuleGroup.Properties.FirewallRules,
    widened: widened.flatMap(({ hosts }) => hosts),
    omitted: omitted.flatMap(({ hosts }) => hosts),
  };
};

const KNOWN = { 'x.example': { cnames: ['x.edge.example', 'y.example'], addresses: [] } };
const list = listOf([entry(name('x.example'), null, 'dns')], KNOWN);

test('where all chains are known, each of their names is on the list', () => {
  const { domains, rules, widened } = exported(list);
  expect(domains).toEqual(['x.edge.example', 'x.example', 'y.example']);
  expect(rules[0]?.FirewallDomainRedirectionAction).toBe('INSPECT_REDIRECTION_DOMAIN');
  expect(widened).toEqual(['x.edge.example', 'y.example']);
});

test('where one is not, redirections are trusted, and it is said', () => {
  for (const unknown of [name('z.example'), below('z.example')]) {
    const { domains, rules, widened } = exported(
      listOf([...list.entries, entry(unknown, null, 'dns')], KNOWN),
    );
    expect(domains).not.toContain('y.example');
    expect(rules[0]?.FirewallDomainRedirectionAction).toBe('TRUST_REDIRECTION_DOMAIN');
    expect(widened).toContain('x.example');
  }
});

test('the choice is the user’s', () => {
  expect(exported(list, { redirection: 'trust' }).domains).toEqual(['x.example']);
  const inspected = exported(listOf([entry(name('z.example'), null, 'dns')]), { redirection: 'inspect' });
  expect(inspected.rules[0]?.FirewallDomainRedirectionAction).toBe('INSPECT_REDIRECTION_DOMAIN');
  expect(inspected.omitted).toEqual(['z.example']);
});

test('all others are blocked last, with the chosen answer', () => {
  const { rules } = exported(list, { blockResponse: { kind: 'override', name: 'blocked.example' } });
  expect(rules.map(({ Action: action }) => action)).toEqual(['ALLOW', 'BLOCK', 'BLOCK', 'BLOCK', 'BLOCK']);
  expect(rules.at(-1)).toMatchObject({
    Priority: 50,
    FirewallDomainListId: { 'Fn::GetAtt': ['AllDomains', 'Id'] },
    BlockOverrideDomain: 'blocked.example',
  });
});
