import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseRegistries } from '../../../src/policy/registries/choose-registries.js';
import { parseRegistry } from '../../../src/policy/registries/registry.js';
import {
  defaultOfNpm,
  defaultOfYarn,
  settingsOfEnvironment,
  settingsOfNpmrc,
  settingsOfYarnrc,
  settingsOfYarnYaml,
} from '../../../src/policy/registries/registry-settings.js';

/** How settings name a variable of the environment. */
const variable = (name: string): string => `$\{${name}}`;

test.for([
  ['https://registry.example/', { host: 'registry.example', port: 443, protocol: 'tls' }],
  [
    'https://User:secret@Registry.Example:8443/npm/',
    { host: 'registry.example', port: 8443, protocol: 'tls' },
  ],
  ['http://127.1:4873', { host: '127.0.0.1', port: 4873, protocol: 'http' }],
  ['http://[::1]/', { host: '::1', port: 80, protocol: 'http' }],
  ['file:///x', null],
  ['undefined', null],
  [variable('REGISTRY'), null],
  [`https://${'x'.repeat(3000)}.example`, null],
] as const)('%s', ([url, registry]) => {
  expect(parseRegistry(url)).toEqual(registry);
});

test('.npmrc: comments, quotes, scopes, variables; the last line wins', () => {
  const text = [
    '; registry=https://no.example/',
    '# registry=https://no.example/',
    'registry = https://old.example/',
    'registry="https://registry.example/"\r',
    `@org:registry=${variable('ORG_REGISTRY')}`,
    `@open:registry=${variable('UNSET')}`,
    '//registry.example/:_authToken=secret',
    'registry-other=https://no.example/',
  ].join('\n');
  expect([...settingsOfNpmrc(text, { ORG_REGISTRY: 'https://org.example/' })]).toEqual([
    ['', 'https://registry.example/'],
    ['@org', 'https://org.example/'],
    ['@open', variable('UNSET')],
  ]);
});

test('.yarnrc', () => {
  const text =
    '# registry "https://no.example"\nregistry "https://registry.example/"\n"@org:registry" https://org.example\n';
  expect([...settingsOfYarnrc(text)]).toEqual([
    ['', 'https://registry.example/'],
    ['@org', 'https://org.example'],
  ]);
});

test('.yarnrc.yml', () => {
  const text = [
    'nodeLinker: pnp',
    `npmRegistryServer: "${variable('SERVER:-https://registry.example')}"`,
    'npmScopes:',
    '  org:',
    '    npmRegistryServer: "https://org.example"',
    '  other: 1',
  ].join('\n');
  expect([...settingsOfYarnYaml(text, {})]).toEqual([
    ['', 'https://registry.example'],
    ['@org', 'https://org.example'],
  ]);
  expect([...settingsOfYarnYaml(text, { SERVER: 'https://own.example' })][0]).toEqual([
    '',
    'https://own.example',
  ]);
  for (const broken of ['a: [', '- a list', 'npmScopes: 3', '']) {
    expect([...settingsOfYarnYaml(broken, {})]).toEqual([]);
  }
});

test('the environment', () => {
  const environment = {
    NPM_CONFIG_REGISTRY: 'https://registry.example',
    'npm_config_@org:registry': 'https://org.example',
    npm_config_registry_other: 'https://no.example',
    npm_config_cache: '/x',
  };
  expect([...settingsOfEnvironment(environment)]).toEqual([
    ['', 'https://registry.example'],
    ['@org', 'https://org.example'],
  ]);
  expect([...settingsOfEnvironment({ YARN_NPM_REGISTRY_SERVER: 'https://own.example' })]).toEqual([
    ['', 'https://own.example'],
  ]);
});

test('the default that npm itself was made with', () => {
  expect(
    defaultOfNpm(
      "  registry: new Definition('registry', {\n    default: 'https://registry.example/',\n    type: url",
    ),
  ).toBe('https://registry.example/');
  expect(defaultOfNpm("define('registry', {\n  default: `https://registry.example/`,")).toBe(
    'https://registry.example/',
  );
  expect(defaultOfNpm("new Definition('registry', { type: url })")).toBeNull();
});

test('the strongest source has the say for each scope', () => {
  const project = new Map([['', 'https://project.example']]);
  const user = new Map([
    ['', 'https://user.example'],
    ['@org', 'https://org.example'],
  ]);
  expect(chooseRegistries([project, user]).map(({ host }) => host)).toEqual([
    'org.example',
    'project.example',
  ]);
  const same = new Map([
    ['', 'https://x.example'],
    ['@org', 'https://x.example:443/npm'],
    ['@bad', 'none'],
  ]);
  expect(chooseRegistries([same])).toEqual([{ host: 'x.example', port: 443, protocol: 'tls' }]);
  expect(chooseRegistries([])).toEqual([]);
});

test('is total: any text gives settings, and any setting a registry or none', () => {
  const line = fc.constantFrom(
    'registry=',
    '@a:registry=',
    '${',
    '}',
    '"',
    'https://x.example',
    '\n',
    ' ',
    '\0',
    'npmScopes:',
    ': ',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(line, { maxLength: 20 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (own) => {
      chooseRegistries([settingsOfNpmrc(own, {}), settingsOfYarnrc(own), settingsOfYarnYaml(own, {})]);
      parseRegistry(own);
    }),
    { seed: 51, numRuns: 2000 },
  );
});

test('what yarn has for those who set nothing, by its own program', () => {
  expect(defaultOfYarn("var YARN_REGISTRY = exports.YARN_REGISTRY = 'https://registry.example';")).toBe(
    'https://registry.example',
  );
  expect(
    defaultOfYarn('npmRegistryServer:{description:"URL",type:"STRING",default:"https://registry.example"}}'),
  ).toBe('https://registry.example');
  expect(
    defaultOfYarn('npmRegistryServer:{type:"STRING",default:null},x:{default:"https://x.example"}'),
  ).toBe(null);
  expect(defaultOfYarn('')).toBe(null);
});
