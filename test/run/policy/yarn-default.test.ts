import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRegistries } from '../../../src/run/policy/read-registries.js';
import { fetchManagers, type ManagerName } from '../../lab/managers.js';

/** With nothing set, yarn uses what its own program has; a network is not needed to ask it. */
let folder: string;
let programs: Record<ManagerName, string>;
beforeAll(() => {
  programs = fetchManagers();
  folder = mkdtempSync(join(tmpdir(), 'egresslock-test-'));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for([
  ['yarn1', 'registry'],
  ['yarn4', 'npmRegistryServer'],
] as const)('of %s', ([name, setting]) => {
  const [project, bin, home] = ['project', 'bin', 'home'].map((one) => join(folder, name, one));
  if (project === undefined || bin === undefined || home === undefined) throw new Error('three folders');
  for (const path of [project, bin, home]) mkdirSync(path, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"name":"app"}');
  writeFileSync(join(project, 'yarn.lock'), '');
  symlinkSync(programs[name], join(bin, 'yarn'));
  const environment = { HOME: home, PATH: bin };
  const asked = execFileSync(process.execPath, [programs[name], 'config', 'get', setting], {
    cwd: project,
    env: { ...environment, YARN_ENABLE_TELEMETRY: '0' },
    encoding: 'utf8',
  });
  const { hostname } = new URL(asked.trim());
  expect(readRegistries('yarn', project, environment)).toEqual([
    { host: hostname, port: 443, protocol: 'tls' },
  ]);
  // The project's own choice of a program comes first, and Corepack's where there is no other.
  const later = "npmRegistryServer:{default:'https://registry.example'}";
  writeFileSync(join(project, 'own.cjs'), later);
  writeFileSync(join(project, '.yarnrc.yml'), 'yarnPath: ./own.cjs\n');
  const example = [{ host: 'registry.example', port: 443, protocol: 'tls' }];
  expect(readRegistries('yarn', project, environment)).toEqual(example);
  rmSync(join(project, '.yarnrc.yml'));
  const cache = join(home, '.cache', 'node', 'corepack', 'v1', 'yarn', '4.1.0');
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'yarn.js'), later);
  writeFileSync(join(project, 'package.json'), '{"packageManager":"yarn@4.1.0+sha512.x"}');
  expect(readRegistries('yarn', project, { HOME: home, PATH: '/nowhere' })).toEqual(example);
  expect(readRegistries('yarn', project, { HOME: join(home, 'none'), PATH: '/nowhere' })).toEqual([]);
});
