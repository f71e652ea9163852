import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { detectionContext } from '../../../src/run/detection.js';
import { loadPolicy, type PolicySource } from '../../../src/run/policy/load-policy.js';
import { readProfileTexts } from '../../../src/run/profile-texts.js';
import { integrityOf, pack } from '../../policy/config/archive.js';
import { connection } from '../../policy/rules/samples.js';
import { makeDatabase } from '../../policy/threats/mmdb.js';

const ORG = pack([
  { path: 'package/package.json', text: '{"name":"@org/policy","version":"1.2.3"}' },
  { path: 'package/egresslock.config.yaml', text: 'mode: enforce\nrules: [{ host: org.example }]\n' },
]);
const LIST = pack([
  { path: 'package/package.json', text: '{"name":"@org/policy","version":"2.0.0"}' },
  { path: 'package/egresslock.config.yaml', text: 'threatLists: [../../etc/passwd]\n' },
]);

let registry: Server;
let address: string;
let project: string;

beforeAll(async () => {
  registry = createServer((request, response) => {
    if (request.url?.endsWith('1.2.3.tgz')) response.end(ORG);
    else if (request.url?.endsWith('2.0.0.tgz')) response.end(LIST);
    else {
      const version = (name: string, archive: Buffer): object => {
        const dist = { tarball: `${address}/${name}.tgz`, integrity: integrityOf(archive) };
        return { name: '@org/policy', version: name, dist };
      };
      const versions = { '1.2.3': version('1.2.3', ORG), '2.0.0': version('2.0.0', LIST) };
      response.end(JSON.stringify({ name: '@org/policy', 'dist-tags': { latest: '2.0.0' }, versions }));
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => registry.once('listening', resolve));
  address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(() => registry.close());
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'egresslock-test-'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
}

const load = (own: Partial<PolicySource> = {}) =>
  loadPolicy({
    project,
    config: null,
    lock: null,
    threatLists: [],
    environment: {
      PATH: process.env.PATH,
      HOME: join(project, 'home'),
      npm_config_registry: address,
      npm_config_cache: join(project, 'cache'),
    },
    ...own,
  });

test('without a configuration there is the lock', async () => {
  const row = { package: 'left', phase: 'install', host: 'x.example', port: 443, protocol: 'tls' } as const;
  const policy = await load({ lock: { lockVersion: 1, rows: [row] } });
  expect(policy.rules.map(({ host }) => host)).toEqual(['x.example']);
  expect(policy.remarks).toEqual([]);
});

test('a configuration that is named must be there', async () => {
  await expect(load({ config: join(project, 'none.yaml') })).rejects.toThrow(
    /expected a configuration at .*none\.yaml, got none/,
  );
});

test('files are found from the folder of the file that names them', async () => {
  write({
    'egresslock.config.yaml': 'extends: [./shared/policy.yaml, npm]\nrules: [{ host: own.example }]\n',
    'shared/policy.yaml':
      'extends: [../base.yaml]\nthreatLists: [bad.txt]\nrules: [{ host: shared.example }]\n',
    'shared/bad.txt': 'evil.example\nnot a host\n',
    'base.yaml': 'failOn: low\n',
    'more.txt': 'worse.example\n',
  });
  const policy = await load({ threatLists: [join(project, 'more.txt')] });
  expect(policy.failOn).toBe('low');
  expect(policy.remarks).toEqual([
    'the threat list bad.txt has 1 line without a host that can be blocked, such as line 2: not a host',
  ]);
  expect(policy.rules.map(({ origin, host }) => `${origin}: ${host}`)).toEqual([
    'egresslock.config.yaml, rule 1: own.example',
    'profile npm: 127.0.0.1',
    './shared/policy.yaml, rule 1: shared.example',
    `threat list ${join(project, 'more.txt')}: worse.example`,
    `threat list ${join(project, 'more.txt')}: *.worse.example`,
    'threat list bad.txt: evil.example',
    'threat list bad.txt: *.evil.example',
  ]);
});

test('countries are blocked by the ranges of the database', async () => {
  write({ 'egresslock.config.yaml': 'countries: { database: ./geo/x.mmdb, block: [AA] }\n' });
  await expect(load()).rejects.toThrow(/^expected a database of countries at .*geo\/x\.mmdb, got none$/);
  write({ 'geo/x.mmdb': '' });
  await expect(load()).rejects.toThrow(/^\.\/geo\/x\.mmdb: expected a MaxMind DB file: /);
  const database = makeDatabase([['192.0.2.0/24', { country: { iso_code: 'AA' } }]], 24);
  writeFileSync(join(project, 'geo/x.mmdb'), database);
  const policy = await load();
  expect(policy.rules).toMatchObject([{ origin: 'country list AA', host: '192.0.2.0/24' }]);
  // Where nothing is blocked, whoever went there is a finding all the same.
  const { threats } = detectionContext(policy, readProfileTexts());
  expect(threats?.lookup('192.0.2.7')).toEqual({ origin: 'country list AA', note: null });
  expect(threats?.lookup('198.51.100.7')).toBeNull();
});

test('files that are missing, lead in a circle or are none are errors', async () => {
  write({ 'egresslock.config.yaml': 'extends: [./none.yaml]\n' });
  await expect(load()).rejects.toMatchObject({ code: 'not-found' });
  write({
    'egresslock.config.yaml': 'extends: [./other.yaml]\n',
    'other.yaml': 'extends: [./egresslock.config.yaml]\n',
  });
  await expect(load()).rejects.toMatchObject({ code: 'cycle' });
  write({ 'egresslock.config.yaml': 'threatLists: [none.txt]\n' });
  await expect(load()).rejects.toMatchObject({ code: 'not-found' });
  write({ 'egresslock.config.yaml': 'threatLists: [.]\n' });
  await expect(load()).rejects.toThrow(/expected a file at .*, got something else/);
  write({ 'egresslock.config.yaml': 'extends: [threats/tunel]\n' });
  await expect(load()).rejects.toThrow(/did you mean threats\/tunnels\?/);
  write({ 'egresslock.config.yaml': 'rule: []\n' });
  await expect(load()).rejects.toThrow(/^egresslock\.config\.yaml:1: rule: /);
});

test('a package is fetched from the registry, and only the bytes that were named count', async () => {
  const config = (version: string, integrity: string): string =>
    `extends:\n  - { package: "@org/policy@${version}", integrity: "${integrity}" }\n`;
  write({ 'package.json': '{}', 'egresslock.config.yaml': config('1.2.3', integrityOf(ORG)) });
  const policy = await load();
  expect(policy.modeOf('install')).toBe('enforce');
  expect(policy.rules).toMatchObject([{ origin: '@org/policy@1.2.3, rule 1', host: 'org.example' }]);
  write({ 'egresslock.config.yaml': config('1.2.3', integrityOf(LIST)) });
  await expect(load()).rejects.toMatchObject({ code: 'integrity' });
  write({ 'egresslock.config.yaml': config('9.9.9', integrityOf(ORG)) });
  await expect(load()).rejects.toThrow(/^expected to fetch @org\/policy@9\.9\.9 with npm: /);
  write({ 'egresslock.config.yaml': config('2.0.0', integrityOf(LIST)) });
  await expect(load()).rejects.toThrow(
    "@org/policy@2.0.0: expected no paths in a package's policy, got ../../etc/passwd",
  );
});

test('registries are read from the files of project and user, and the environment comes first', async () => {
  write({
    'egresslock.config.yaml': 'extends: [npm, yarn]\n',
    '.npmrc': 'registry=https://project.example:8443/\n@org:registry=https://org.example/\n',
    'home/.npmrc': 'registry=https://user.example/\n@user:registry=http://scope.example/\n',
    '.yarnrc.yml': 'npmRegistryServer: https://yarn.example\n',
  });
  const environment = { PATH: '', HOME: join(project, 'home') };
  const policy = createPolicy((await load({ environment })).rules);
  const asks = (name: string, host: string, port: number, protocol: 'tls' | 'http' = 'tls'): string =>
    policy.decide(connection(host, { port, protocol, speaker: { kind: 'one', name } })).action;
  expect(asks('(npm)', 'project.example', 8443)).toBe('allow');
  expect(asks('(npm)', 'org.example', 443)).toBe('allow');
  expect(asks('(npm)', 'scope.example', 80, 'http')).toBe('allow');
  expect(asks('(npm)', 'user.example', 443)).toBe('none');
  expect(asks('(npm)', 'yarn.example', 443)).toBe('none');
  expect(asks('(yarn)', 'yarn.example', 443)).toBe('allow');
  const forced = await load({
    environment: { ...environment, NPM_CONFIG_REGISTRY: 'https://forced.example' },
  });
  expect(forced.rules.filter(({ host }) => host === 'forced.example')).toHaveLength(2);
  expect(forced.rules.filter(({ host }) => host === 'project.example')).toEqual([]);
});

test('what pnpm has in a file of its own counts for pnpm, below the .npmrc of the user', async () => {
  const set = (path: string, host: string): void => write({ [path]: `registry=https://${host}/\n` });
  const hosts = async (own: NodeJS.ProcessEnv = {}, manager = 'pnpm'): Promise<string[]> => {
    write({ 'egresslock.config.yaml': `extends: [${manager}]\n` });
    const environment = { PATH: '', HOME: join(project, 'home'), ...own };
    return (await load({ environment })).rules.map(({ host }) => host);
  };
  set('home/.config/pnpm/rc', 'pnpm.example');
  set('xdg/pnpm/rc', 'xdg.example');
  expect(await hosts()).toEqual(['pnpm.example']);
  expect(await hosts({ XDG_CONFIG_HOME: join(project, 'xdg') })).toEqual(['xdg.example']);
  expect(await hosts({}, 'npm')).toEqual([]);
  set('home/.npmrc', 'user.example');
  expect(await hosts()).toEqual(['user.example']);
});

test("npm's own default is read from npm's own files, and its lack is told", async () => {
  write({
    'egresslock.config.yaml': 'extends: [npm]\n',
    'lib/npm/bin/npm-cli.js': '',
    'lib/npm/node_modules/@npmcli/config/lib/definitions/definitions.js':
      "registry: new Definition('registry', {\n    default: 'https://default.example/',\n",
    'bin/other': '',
  });
  symlinkSync('../lib/npm/bin/npm-cli.js', join(project, 'bin', 'npm'));
  const home = join(project, 'home');
  const own = { HOME: home, npm_config_globalconfig: join(project, 'none') };
  const policy = await load({ environment: { ...own, PATH: `${project}/none:${project}/bin` } });
  expect(policy.rules).toMatchObject([{ host: 'default.example', packages: ['(npm)'] }]);
  const without = await load({ environment: { ...own, PATH: '/none' } });
  expect(without.rules).toEqual([]);
  expect(without.remarks).toEqual([
    'the profile npm allows nothing: no registry is set where npm would look for it',
  ]);
});
