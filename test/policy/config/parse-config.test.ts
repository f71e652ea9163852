import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EMPTY_CONFIG } from '../../../src/policy/config/config.js';
import { ConfigError } from '../../../src/policy/config/config-error.js';
import { parseConfig } from '../../../src/policy/config/parse-config.js';

const schema = JSON.parse(
  readFileSync(new URL('../../../schema/config.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);
const INTEGRITY = `sha512-${'A'.repeat(86)}==`;

const WHOLE = `
mode:
  default: observe
  install: enforce
extends:
  - npm
  - threats/tunnels
  - ./policy.yaml
  - package: "@org/policy@1.2.3"
    integrity: ${INTEGRITY}
rules:
  - host: X.Example.
    ports: 443
  - hosts: ["*.bücher.example", 198.51.100.9/24, "::ffff:192.0.2.7"]
    ports: [22, 8000-8100, "443"]
    protocols: [tls, ssh]
    packages: [left, (npm)]
    phases: install
    action: block
    priority: 7
failOn: medium
dns:
  answer: { override: Sink.example. }
  cname: trust
encryptedHello: allow
privateAddresses: allow
budgets:
  - { host: x.example, bytes: 10 MB }
  - { package: left, bytes: 512KiB }
severities:
  new-destination: low
threatLists: [./bad.txt]
countries: { database: ./x.mmdb, block: [KP] }
`;

test('reads all keys into canonical values', () => {
  const config = parseConfig(WHOLE);
  expect(config).toMatchObject({
    mode: { default: 'observe', phases: new Map([['install', 'enforce']]) },
    extends: [
      { kind: 'profile', name: 'npm' },
      { kind: 'profile', name: 'threats/tunnels' },
      { kind: 'file', path: './policy.yaml' },
      { kind: 'package', name: '@org/policy', version: '1.2.3', integrity: INTEGRITY },
    ],
    failOn: 'medium',
    dnsAnswer: { kind: 'override', target: 'sink.example' },
    cname: 'trust',
    encryptedHello: 'allow',
    privateAddresses: 'allow',
    budgets: [
      { host: 'x.example', package: null, bytes: 10_000_000 },
      { host: null, package: 'left', bytes: 524_288 },
    ],
    severities: new Map([['new-destination', 'low']]),
    threatLists: ['./bad.txt'],
    countries: { database: './x.mmdb', block: ['KP'] },
  });
  expect(config.rules.map(({ host }) => host)).toEqual([
    'x.example',
    '*.xn--bcher-kva.example',
    '198.51.100.0/24',
    '192.0.2.7',
  ]);
  expect(config.rules[0]).toEqual({
    origin: 'egresslock.config.yaml, rule 1',
    priority: 100,
    action: 'allow',
    host: 'x.example',
    ports: [{ from: 443, to: 443 }],
    protocols: null,
    packages: null,
    phases: null,
  });
  expect(config.rules[3]).toMatchObject({
    origin: 'egresslock.config.yaml, rule 2',
    priority: 7,
    action: 'block',
    ports: [
      { from: 22, to: 22 },
      { from: 8000, to: 8100 },
      { from: 443, to: 443 },
    ],
    protocols: ['tls', 'ssh'],
    packages: ['left', '(npm)'],
    phases: ['install'],
  });
});

test.for(['', '# nothing', '{}', '---\n'])('a file without keys, %j, says nothing', (text) => {
  expect(parseConfig(text)).toEqual(EMPTY_CONFIG);
});

test('one mode counts for all phases', () => {
  expect(parseConfig('mode: enforce').mode).toEqual({ default: 'enforce', phases: new Map() });
});

test.for([
  ['dns: { answer: nodata }', { kind: 'nodata' }],
  ['dns: { answer: nxdomain }', { kind: 'nxdomain' }],
  ['dns: { answer: { override: "2001:DB8::1" } }', { kind: 'override', target: '2001:db8::1' }],
] as const)('%s', ([text, answer]) => {
  expect(parseConfig(text).dnsAnswer).toEqual(answer);
});

test.for([
  ['10', 10],
  ['10 B', 10],
  ['1.5 kB', 1500],
  ['2GB', 2_000_000_000],
  ['1 MiB', 1_048_576],
  ['1 gib', 1_073_741_824],
] as const)('%s is %d bytes', ([text, bytes]) => {
  expect(parseConfig(`budgets: [{ host: x.example, bytes: ${text} }]`).budgets[0]?.bytes).toBe(bytes);
});

describe('errors say where, what was expected and what came', () => {
  test.for([
    [
      'mode: enforced',
      'egresslock.config.yaml:1: mode: expected one of observe, enforce, sinkhole, got "enforced"; did you mean enforce?',
    ],
    [
      'mode: { install: 3 }',
      'egresslock.config.yaml:1: mode.install: expected one of observe, enforce, sinkhole, got 3',
    ],
    [
      '\n\nrule: []',
      'egresslock.config.yaml:3: rule: expected one of the keys mode, extends, rules, failOn, dns, encryptedHello, privateAddresses, budgets, severities, threatLists, countries, got "rule"; did you mean rules?',
    ],
    [
      'rules:\n  - host: x.example\n    port: 443',
      'egresslock.config.yaml:3: rules[0].port: expected one of the keys host, hosts, ports, protocols, packages, phases, action, priority, note, got "port"; did you mean ports?',
    ],
    [
      'rules:\n  - host: x.example\n  - host: x y',
      'egresslock.config.yaml:3: rules[1].host: expected a name, *.name, an address, a range such as 192.0.2.0/24, or *, got "x y"',
    ],
    [
      'rules: [{ ports: 443 }]',
      'egresslock.config.yaml:1: rules[0]: expected either the key host or the key hosts, got an object with neither',
    ],
    [
      'rules: [{ host: x.example, hosts: [y.example] }]',
      'egresslock.config.yaml:1: rules[0]: expected either the key host or the key hosts, got an object with both',
    ],
    [
      'rules: [{ host: x.example, ports: 70000 }]',
      'egresslock.config.yaml:1: rules[0].ports: expected a whole number from 0 to 65535, got 70000',
    ],
    [
      'rules: [{ host: x.example, ports: [443, 9-8] }]',
      'egresslock.config.yaml:1: rules[0].ports[1]: expected a port from 0 to 65535, or a range such as "8000-8100", got "9-8"',
    ],
    [
      'rules: [{ host: x.example, ports: }]',
      'egresslock.config.yaml:1: rules[0].ports: expected a port from 0 to 65535, or a range such as "8000-8100", got nothing',
    ],
    [
      'rules: [{ host: x.example, packages: [] }]',
      'egresslock.config.yaml:1: rules[0].packages: expected a list of at least 1, got a list',
    ],
    [
      'rules: [{ host: x.example, protocols: https }]',
      /protocols: expected one of tls, http, .*, got "https"; did you mean tls\?$/,
    ],
    [
      'rules: [{ host: x.example, priority: -1 }]',
      /rules\[0\]\.priority: expected a whole number from 0 to 1000000, got -1$/,
    ],
    [
      'severities: { new-destinations: low }',
      /severities\.new-destinations: expected one of .*, got "new-destinations"; did you mean new-destination\?$/,
    ],
    ['extends: [/etc/policy.yaml]', /extends\[0\]: expected a profile such as npm/],
    [
      'extends: [{ package: "@org/policy@1.2.3" }]',
      /extends\[0\]: expected the keys package and integrity, got an object without one$/,
    ],
    [
      `extends: [{ package: "@org/policy@^1.2.3", integrity: ${INTEGRITY} }]`,
      /extends\[0\]\.package: expected a package and its exact version/,
    ],
    [
      `extends: [{ package: "--x@1.2.3", integrity: ${INTEGRITY} }]`,
      /expected a package and its exact version/,
    ],
    [
      'extends: [{ package: "p@1.2.3", integrity: sha1-AAAA }]',
      /integrity: expected "sha512-" and 88 characters of base64/,
    ],
    ['budgets: [{ bytes: 10 }]', /budgets\[0\]: expected the key bytes, and host or package/],
    ['budgets: [{ host: "*.x.example", bytes: 10 }]', /budgets\[0\]\.host: expected a name or an address/],
    [
      'budgets: [{ host: x.example, bytes: 10 MBit }]',
      /bytes: expected a number of bytes, or a text such as "10 MB"/,
    ],
    [
      'dns: { answer: refuse }',
      /dns\.answer: expected nxdomain, nodata, or an object with the key override, got "refuse"$/,
    ],
    ['dns: { answer: nxdomian }', /got "nxdomian"; did you mean nxdomain\?$/],
    [
      'countries: { database: x.mmdb, block: [kp] }',
      /countries\.block\[0\]: expected a country as two capital letters/,
    ],
    ['- a list', 'egresslock.config.yaml:1: expected an object, got a list'],
    ['a: [', /^egresslock\.config\.yaml:1: expected YAML: /],
    ['failOn: low\nfailOn: high', /^egresslock\.config\.yaml:2: expected YAML: Map keys must be unique/],
    ['failOn: !!js/regexp low', /expected YAML: Unresolved tag/],
    ['mode: &a { b: *a }', /mode\.b: expected one of observe, enforce, sinkhole, got an object$/],
    ['__proto__: { failOn: low }', /__proto__: expected one of the keys/],
  ] as const)('%j', ([text, message]) => {
    expect(() => parseConfig(text)).toThrow(message);
    expect(() => parseConfig(text)).toThrow(ConfigError);
  });
});

/** The schema can't tell a host from another text; all else it must tell. */
test.for([
  WHOLE,
  'mode: enforce',
  'rules: [{ host: x.example, ports: [], note: why }]',
  'extends: []',
  'mode: off',
  'failOn: never',
  'rules: {}',
  'rules: [{}]',
  'rules: [{ host: x.example, ports: true }]',
  'rules: [{ host: x.example, packages: [] }]',
  'rules: [{ host: x.example, action: deny }]',
  'rules: [{ host: x.example, color: red }]',
  'rules: [{ host: x.example, priority: 1.5 }]',
  'extends: [Npm]',
  'extends: [{ package: p@latest, integrity: x }]',
  'budgets: [{ bytes: 1 }]',
  'budgets: [{ host: x.example, bytes: -1 }]',
  'budgets: [{ host: x.example, bytes: 1e300 }]',
  'severities: { nothing: low }',
  'dns: { answer: { override: } }',
  'countries: { database: x }',
  'unknown: 1',
])('the schema and the parser agree on %j', (text) => {
  const accepts = (): boolean => {
    try {
      parseConfig(text);
      return true;
    } catch {
      return false;
    }
  };
  expect(validate(parse(text))).toBe(accepts());
});

test('is total: any text gives a configuration or a ConfigError', () => {
  const piece = fc.constantFrom(
    ...'mode: |rules:|- |  |\n|{|}|[|]|, |"|\'|host: |x.example|443|*|&a|? |: |null|extends: |\u0000|#|!!map|<<: |%YAML|---'.split(
      '|',
    ),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (own) => {
      try {
        parseConfig(own);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { seed: 31, numRuns: 2000 },
  );
});
