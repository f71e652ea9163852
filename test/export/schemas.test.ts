import { CiliumNetworkPolicy } from '@kubernetes-models/cilium/cilium.io/v2/CiliumNetworkPolicy';
import { ServiceEntry } from '@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry';
import { Sidecar } from '@kubernetes-models/istio/networking.istio.io/v1/Sidecar';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { EXPORTERS } from '../../src/export/exporters.js';
import type { TargetFormat } from '../../src/export/format.js';
import { templateProblems } from './cloudformation.js';
import { CLUSTER_NETWORK_POLICY } from './cluster-network-policy.schema.js';
import { awkward, below, entry, LISTS, listOf, name, OPTIONS } from './lists.js';

const documentsOf = (text: string): unknown[] =>
  parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
const textOf = (format: TargetFormat, list = awkward()): string => EXPORTERS[format](list, OPTIONS).text;

describe.each(LISTS)('$what', ({ list }) => {
  test.each(['route53', 'network-firewall', 'network-firewall-suricata', 'security-group'] as const)(
    '%s fits the specification of CloudFormation',
    (format) => {
      for (const blockResponse of [
        { kind: 'nxdomain' },
        { kind: 'nodata' },
        { kind: 'override', name: 'blocked.example' },
      ] as const) {
        const { text } = EXPORTERS[format](list, { ...OPTIONS, blockResponse });
        expect(templateProblems(parse(text))).toEqual([]);
      }
    },
  );

  test('cilium fits its custom resource', () => {
    const [policy] = documentsOf(textOf('cilium', list)) as [object];
    expect(() => new CiliumNetworkPolicy(policy as never).validate()).not.toThrow();
    // The model does not mind keys that it does not know, nor several kinds of destinations in one rule.
    const { egress } = (policy as { spec: { egress: object[] } }).spec;
    for (const rule of egress)
      expect(Object.keys(rule).join()).toMatch(/^(?:toEndpoints|toFQDNs|toCIDR)(?:,toPorts)?$/);
  });

  test('istio fits its custom resources', () => {
    const [sidecar, ...entries] = documentsOf(textOf('istio', list)) as object[];
    expect(() => new Sidecar(sidecar as never).validate()).not.toThrow();
    for (const one of entries) expect(() => new ServiceEntry(one as never).validate()).not.toThrow();
    const names = entries.map((one) => (one as { metadata: { name: string } }).metadata.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('k8s-cluster-network-policy fits the types of its API', () => {
    const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(CLUSTER_NETWORK_POLICY);
    const policies = documentsOf(textOf('k8s-cluster-network-policy', list)) as {
      spec: { priority: number; egress: { action: string }[] };
    }[];
    for (const policy of policies) {
      validate(policy);
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(policies.map(({ spec }) => spec.priority)).toEqual(policies.map((_, index) => index + 1));
    const actions = policies.flatMap(({ spec }) => spec.egress.map(({ action }) => action));
    expect(actions.slice(-2)).toEqual(['Pass', 'Deny']);
    expect(actions.slice(0, -2).every((action) => action === 'Accept')).toBe(true);
  });

  test.each(['envoy', 'github-egress-firewall', 'harden-runner'] as const)('%s is YAML', (format) => {
    expect(documentsOf(textOf(format, list))).toHaveLength(1);
  });
});

test('the checks refuse what is broken', () => {
  expect(templateProblems(parse(textOf('route53').replace('Priority: 10', 'Prority: 10')))).toEqual([
    'RuleGroup.FirewallRules[0]: lacks Priority',
    'RuleGroup.FirewallRules[0]: no such key as Prority',
  ]);
  expect(templateProblems(parse(textOf('route53').replace('"ALLOW"', '"PERMIT"')))).toHaveLength(1);
  expect(templateProblems(parse(textOf('route53').replace('"AllDomains"', '"Nobody"')))).toHaveLength(1);
  const [policy] = documentsOf(textOf('cilium').replace('"TCP"', '"FTP"')) as [object];
  expect(() => new CiliumNetworkPolicy(policy as never).validate()).toThrow();
  const broken = documentsOf(textOf('k8s-cluster-network-policy').replace('"any.example"', '"any_.example"'));
  expect(new Ajv({ strictTypes: false }).validate(CLUSTER_NETWORK_POLICY, broken[0])).toBe(false);
});

test('a name of a firewall with a longest list takes several', () => {
  const template = parse(textOf('route53', LISTS[1].list)) as { Resources: Record<string, unknown> };
  expect(Object.keys(template.Resources)).toEqual([
    'AllowedDomains1',
    'AllowedDomains2',
    'AllowedDomains3',
    'AllDomains',
    'RuleGroup',
  ]);
});

test('harden-runner gets its endpoints as one text of words', () => {
  const [step] = parse(
    textOf('harden-runner', listOf([entry(below('x.example')), entry(name('_y.example'))])),
  );
  expect(step).toEqual({
    uses: 'step-security/harden-runner@v2',
    with: { 'egress-policy': 'block', 'allowed-endpoints': '*.x.example:443 _y.example:443\n' },
  });
  const [nothing] = parse(textOf('harden-runner', listOf([])));
  expect(nothing.with['allowed-endpoints']).toBe('');
});
