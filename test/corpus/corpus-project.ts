import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { CorpusCase, CorpusPackage } from './case.js';

/** Clients from the registry that cases call; the last version of each that runs on Node 20 and, where it can, in CommonJS. */
const CLIENTS = {
  axios: '1',
  got: '14',
  ioredis: '5',
  mongodb: '6',
  mysql2: '3',
  'node-fetch': '2',
  'p-limit': '3',
  pg: '8',
  superagent: '10',
  undici: '6',
  ws: '8',
};

/** Test runners and the like, of which each project copies what it uses. */
const RUNNERS = { jest: '30', mocha: '11', tsx: '4', vitest: '4' };

/** What a service depends on; a project of its own, so that it is laid out as npm does it. */
const SERVICE = { axios: '1', pg: '8', 'posthog-node': '4' };

/** Further versions of Node; each package holds the binary alone. */
const NODES = { node22: '22', node24: '24' };

/** Below → what npm installs there. */
const FOLDERS = {
  '.': {
    ...CLIENTS,
    ...Object.fromEntries(
      Object.entries(NODES).map(([name, version]) => [name, `npm:node-linux-${process.arch}@${version}`]),
    ),
  },
  runners: { ...RUNNERS, axios: CLIENTS.axios },
  service: SERVICE,
};

/** Fetches clients and Node binaries once, by the ordinary npm client. Returns the folder with their node_modules. */
export function fetchClients(): string {
  return fetchOnce('clients', FOLDERS);
}

/** Installs what each folder depends on, once a machine for the same lists, without running any script. */
export function fetchOnce(
  name: string,
  folders: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  const hash = createHash('sha256').update(JSON.stringify(folders)).digest('hex').slice(0, 8);
  const folder = join(tmpdir(), `egresslock-test-${name}-${hash}`);
  if (existsSync(join(folder, 'done'))) return folder;
  for (const [below, dependencies] of Object.entries(folders)) {
    mkdirSync(join(folder, below), { recursive: true });
    writeFileSync(join(folder, below, 'package.json'), JSON.stringify({ private: true, dependencies }));
  }
  const install = 'npm install --no-audit --no-fund --ignore-scripts --no-bin-links --force';
  const all = Object.keys(folders).map((below) => `(cd ${below} && ${install})`);
  // Two test files may ask at once: the second waits for the first.
  const script = `test -e done || { ${all.join(' && ')} && touch done; }`;
  execFileSync('flock', [`${folder}.lock`, 'sh', '-c', script], { cwd: folder, stdio: 'pipe' });
  return folder;
}

/** Path of each Node that the corpus runs on. */
export function nodePaths(clients: string): Record<string, string> {
  const others = Object.keys(NODES).map((name) => [name, join(clients, 'node_modules', name, 'bin/node')]);
  return { node20: process.execPath, ...Object.fromEntries(others) };
}

/** Writes a project with a test for each runner, which calls a package, a client and the network by itself. */
export function makeRunnerProject(folder: string, clients: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(join(clients, 'runners', 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  const code = "module.exports = (host) => fetch('http://' + host).then((answer) => answer.text());";
  writePackage(join(folder, 'node_modules/telemetry'), { name: 'telemetry', files: { 'index.js': code } });
  const dependencies = { axios: '*', telemetry: '1.0.0' };
  const devDependencies = Object.fromEntries(Object.keys(RUNNERS).map((name) => [name, '*']));
  const manifest = { name: 'app', version: '1.0.0', private: true, dependencies, devDependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [path, text] of Object.entries(RUNNER_TESTS)) writeFileSync(join(folder, path), text);
}

const BODY = (label: string): string => `
  await telemetry('telemetry-${label}.collect.lab.example');
  await axios.get('http://axios-${label}.collect.lab.example').catch(() => {});
  await new Promise((done) => http.get('http://own-${label}.collect.lab.example', (a) => a.resume().on('end', done)).on('error', done));
`;
const REQUIRES =
  "const axios = require('axios'); const telemetry = require('telemetry'); const http = require('http');";
const IMPORTS = "import axios from 'axios'; import telemetry from 'telemetry'; import http from 'node:http';";

/** Path → test; the label of its hosts is the runner's. */
const RUNNER_TESTS: Readonly<Record<string, string>> = {
  'vitest.config.mjs': "export default { test: { include: ['*.vi.ts'] } };",
  'node.test.js': `${REQUIRES} require('node:test')('calls', async () => {${BODY('node')}});`,
  'mocha.spec.js': `${REQUIRES} it('calls', async () => {${BODY('mocha')}});`,
  'jest.jest.js': `/** @jest-environment node */ ${REQUIRES} test('calls', async () => {${BODY('jest')}});`,
  'forks.vi.ts': `${IMPORTS} import { test } from 'vitest'; test('calls', async (): Promise<void> => {${BODY('forks')}});`,
  'threads.vi.ts': `${IMPORTS} import { test } from 'vitest'; test('calls', async (): Promise<void> => {${BODY('threads')}});`,
  'tsx.ts': `${IMPORTS} interface None {} async function main(): Promise<None | void> {${BODY('tsx')}} main();`,
};

/** Writes a service whose tests reach an API through axios, a database through pg, and send telemetry. */
export function makeServiceProject(folder: string, clients: string): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  mkdirSync(join(folder, 'test'));
  cpSync(join(clients, 'service', 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  const manifest = { name: 'service', version: '1.0.0', private: true, dependencies: SERVICE };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [path, text] of Object.entries(SERVICE_FILES)) writeFileSync(join(folder, path), text);
}

const SERVICE_FILES: Readonly<Record<string, string>> = {
  'src/prices.js': `const axios = require('axios');
exports.price = async function price(name) {
  const answer = await axios.get('http://api.collect.lab.example/prices/' + name);
  return answer.data;
};
`,
  'src/orders.js': `const { Pool } = require('pg');
exports.pool = new Pool({ host: 'web.lab.example', user: 'service', database: 'orders', max: 2 });
exports.orders = async function orders(name) {
  const { rows } = await exports.pool.query('select answer from orders where name = $1', [name]);
  return rows;
};
`,
  'src/telemetry.js': `const { PostHog } = require('posthog-node');
const client = new PostHog('key', { host: 'http://telemetry.collect.lab.example', flushAt: 20, flushInterval: 20 });
exports.record = (event) => client.capture({ distinctId: 'service', event });
exports.shutdown = () => client.shutdown();
`,
  'test/service.test.js': `const { after, test } = require('node:test');
const assert = require('node:assert');
const { price } = require('../src/prices.js');
const { orders, pool } = require('../src/orders.js');
const { record, shutdown } = require('../src/telemetry.js');
after(async () => {
  await pool.end();
  await shutdown();
});
test('a price', async () => assert.equal(await price('tea'), 'hello'));
test('orders', async () => assert.deepEqual(await orders('tea'), [{ answer: 'hello' }]));
test('an event', async () => {
  record('tested');
  await new Promise((done) => setTimeout(done, 100));
});
`,
};

/** Writes the project whose `run.mjs` calls each case, some at a time, in one process. */
export function makeCorpusProject(folder: string, clients: string, cases: readonly CorpusCase[]): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(folder, { recursive: true });
  cpSync(join(clients, 'node_modules'), modules, {
    recursive: true,
    filter: (path) => !/node_modules\/node\d\d(\/|$)/.test(path),
  });
  const dependencies: Record<string, string> = Object.fromEntries(
    Object.keys(CLIENTS).map((name) => [name, '*']),
  );
  const calls: { id: string; module: string }[] = [];
  for (const one of cases) {
    const { name } = one.package;
    for (const [at, extra] of Object.entries(one.packages ?? {})) {
      writePackage(join(modules, at), extra);
      if (!at.includes('/node_modules/')) dependencies[extra.name] = '1.0.0';
    }
    if (one.app === true) {
      writeFileSync(join(folder, `${one.id}.cjs`), one.package.files['index.js'] ?? '');
      calls.push({ id: one.id, module: `./${one.id}.cjs` });
      continue;
    }
    dependencies[name] = '1.0.0';
    calls.push({ id: one.id, module: name });
    const real = one.workspace ?? (one.linkedFrom && join('node_modules', one.linkedFrom));
    writePackage(real ? join(folder, real) : join(modules, name), one.package);
    if (real) symlinkSync(relative(dirname(join(modules, name)), join(folder, real)), join(modules, name));
  }
  const workspaces = cases.flatMap((one) => one.workspace ?? []);
  const manifest = { name: 'app', version: '1.0.0', private: true, workspaces, dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, 'run.mjs'), RUNNER(calls));
}

function writePackage(folder: string, { name, type, files }: CorpusPackage): void {
  mkdirSync(folder, { recursive: true });
  const manifest = { name, version: '1.0.0', main: 'index.js', ...(type === undefined ? {} : { type }) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
}

/** Six cases at a time, so that their calls mix; each has four seconds. */
const RUNNER = (calls: readonly { id: string; module: string }[]): string => `
const calls = ${JSON.stringify(calls)};
const late = (ms) => new Promise((done) => setTimeout(done, ms, 'late').unref());
async function one({ id, module }) {
  try {
    const loaded = await import(module);
    const outcome = await Promise.race([loaded.default(id + '.collect.lab.example'), late(4000)]);
    if (outcome === 'late') console.log('late', id);
  } catch (error) {
    console.log('failed', id, error);
  }
}
while (calls.length > 0) await Promise.all(calls.splice(0, 6).map(one));
process.exit(0);
`;
