import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../../src/policy/profiles/parse-profile.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { profileNames, readProfile } from '../../../src/run/policy/read-profile.js';
import { connection, lookUp } from '../rules/samples.js';

const folder = new URL('../../../profiles/', import.meta.url);
const schema = JSON.parse(
  readFileSync(new URL('../../../schema/profile.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);
const REGISTRY = { host: 'registry.example', port: 8443, protocol: 'tls' } as const;

describe.for(profileNames())('%s', (name) => {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8');

  test('is of the form of its schema', () => {
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  });

  test('gives rules of its kind, each host once', () => {
    const { rules } = parseProfile(text, name, [REGISTRY]);
    const [action, priority] = name.startsWith('threats/') ? ['block', 200] : ['allow', 400];
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => rule.action !== action || rule.priority !== priority)).toEqual([]);
    expect(new Set(rules.map(({ origin }) => origin))).toEqual(new Set([`profile ${name}`]));
    expect(new Set(rules.map(({ host }) => host)).size).toBe(rules.length);
    createPolicy(rules);
  });
});

test('threats: no name that a tool needs is one', () => {
  const all = profileNames();
  const threats = all
    .filter((name) => name.startsWith('threats/'))
    .flatMap((name) => readProfile(name, []).rules);
  const policy = createPolicy(threats);
  const needed = all
    .filter((name) => !name.startsWith('threats/'))
    .flatMap((name) => readProfile(name, [REGISTRY]).rules);
  const hosts = needed.map(({ host }) => host.replace('*', 'x'));
  expect(hosts.length).toBeGreaterThan(20);
  expect(hosts.filter((host) => policy.decide(connection(host)).action !== 'none')).toEqual([]);
});

test.for([
  ['threats/tunnels', 'a1b2.ngrok-free.app'],
  ['threats/collectors', 'webhook.site'],
  ['threats/collectors', 'c23b2la0kl1krjcrdj10.oast.fun'],
  ['threats/paste-sites', 'pastebin.com'],
  ['threats/dynamic-dns', 'evil.duckdns.org'],
  ['threats/mining-pools', 'pool.supportxmr.com'],
  ['threats/cloud-metadata', '169.254.169.254'],
  ['threats/cloud-metadata', '0xa9fea9fe'],
  ['threats/cloud-metadata', '::ffff:169.254.169.254'],
  ['threats/cloud-metadata', 'fd00:ec2:0:0::254'],
  ['threats/cloud-metadata', 'metadata.google.internal.'],
  ['threats/public-resolvers', '8.8.8.8'],
  ['threats/public-resolvers', '2001:4860:4860::8888'],
  ['threats/dns-over-https', 'mozilla.cloudflare-dns.com'],
  ['threats/top-level-domains', 'anything.top'],
] as const)('%s blocks %s, its look-up as well', ([name, host]) => {
  const policy = createPolicy(readProfile(name, []).rules);
  expect(policy.decide(connection(host)).action).toBe('block');
  expect(policy.decide(lookUp(host)).action).toBe('block');
  expect(policy.decide(connection('x.example')).action).toBe('none');
});

test('the registry is filled in with its port and protocol, for the package manager alone', () => {
  const policy = createPolicy(readProfile('npm', [REGISTRY]).rules);
  const npm = { kind: 'one', name: '(npm)' } as const;
  expect(policy.decide(connection('registry.example', { port: 8443, speaker: npm })).action).toBe('allow');
  expect(policy.decide(lookUp('registry.example', { speaker: npm })).action).toBe('allow');
  expect(policy.decide(connection('registry.example', { port: 443, speaker: npm })).action).toBe('none');
  expect(policy.decide(connection('registry.example', { port: 8443 })).action).toBe('none');
  expect(readProfile('npm', []).rules).toEqual([]);
});

test('a name that is none is refused with the nearest that is', () => {
  expect(() => readProfile('threats/tunnel', [])).toThrow(
    /got threats\/tunnel; did you mean threats\/tunnels\?$/,
  );
  expect(() => readProfile('../package', [])).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(() => readProfile('stack-roles', [])).toThrow(expect.objectContaining({ code: 'not-found' }));
});

test('a profile that is broken is refused', () => {
  for (const text of [
    '',
    '[]',
    '{"rules":[{"host":"x y"}]}',
    '{"rules":[{"domains":["a b"]}]}',
    '{"extends":[]}',
  ]) {
    expect(() => parseProfile(text, 'own', [])).toThrow(/^profile own: /);
  }
});

test('each file in the folder is a profile, but for the names by which stacks are read', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.json'),
  );
  expect(files.length).toBe(profileNames().length + 1);
});
