import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { fetchManagers } from '../lab/managers.js';
import { ADDITION, openWorkshop, type Trial } from './workshop.js';

interface HonestInstall {
  /** Name of its fixture. */
  readonly name: string;
  /** Packages whose install reaches out like it. */
  readonly shape: string;
  /** Exit code of the install. */
  readonly code: 0 | 1;
  /** Hosts that it reaches by itself, sorted. */
  readonly hosts: readonly string[];
  /** Requests that arrive, sorted. */
  readonly requests: readonly string[];
}

const CODE_HOST = 'codehost.example';
const ASSETS = 'assets.codehost.example';

const HONEST: readonly HonestInstall[] = [
  {
    name: 'addon-by-release',
    shape: 'bcrypt 5',
    code: 0,
    hosts: [ASSETS, CODE_HOST],
    requests: [
      `${ASSETS}/addon.tar.gz?signature=EXAMPLE`,
      `${CODE_HOST}/addon/releases/download/v1/addon.tar.gz`,
    ],
  },
  {
    name: 'database-by-release',
    shape: 'better-sqlite3 12',
    code: 0,
    hosts: [ASSETS, CODE_HOST],
    requests: [
      `${ASSETS}/database.tar.gz?signature=EXAMPLE`,
      `${CODE_HOST}/database/releases/download/v1/database.tar.gz`,
    ],
  },
  {
    name: 'images-without-release',
    shape: 'sharp 0.32 (fails)',
    code: 1,
    hosts: [CODE_HOST],
    requests: [`${CODE_HOST}/images/releases/download/v1/images.tar.gz`],
  },
  {
    name: 'tolerant-engines',
    shape: '@prisma/engines 7 (tolerates the failure)',
    code: 0,
    hosts: ['binaries.engines.example'],
    requests: ['binaries.engines.example/all_commits/engine.gz'],
  },
  {
    name: 'browser-by-storage',
    shape: 'puppeteer (fails the install)',
    code: 1,
    hosts: ['storage.browsers.example'],
    requests: ['storage.browsers.example/linux64/browser.zip'],
  },
  { name: 'prints-thanks', shape: 'core-js, protobufjs, husky', code: 0, hosts: [], requests: [] },
  { name: 'checks-platform', shape: 'esbuild, @swc/core', code: 0, hosts: [], requests: [] },
  { name: 'builds-locally', shape: 'node-pty, bcrypt 6', code: 0, hosts: [], requests: [] },
];

describeLab('honest installs', () => {
  let lab: Lab;
  let npm: string;
  const rows: string[] = [];
  beforeAll(async () => {
    npm = fetchManagers().npm11;
    lab = await startLab(ADDITION);
  }, 300_000);
  afterAll(async () => {
    await lab?.stop();
    const head = [
      '| like | exit code | hosts of its own | findings, observe | findings, enforce |',
      '|---|---|---|---|---|',
    ];
    console.log([...head, ...rows].join('\n'));
  });

  test.for(HONEST)('$name, like $shape', { timeout: 300_000 }, async (honest) => {
    const { name, code, hosts, requests } = honest;
    const workshop = openWorkshop(lab, name, npm);
    workshop.declare({ dependencies: { [name]: '1.0.0' } });
    const first = await workshop.attempt('install');
    await workshop.accept(first.run);
    const locked = await workshop.attempt('install');
    const enforced = await workshop.attempt('install', ['--mode', 'enforce']);
    const findings = [locked, enforced].map(({ run }) => run.report.findings.length);
    rows.push(`| ${[honest.shape, locked.run.code, hosts.join(', ') || '–', ...findings].join(' | ')} |`);
    for (const trial of [first, locked, enforced]) {
      expect(outcomeOf(trial), trial.run.stderr).toEqual({
        code,
        verdict: 'complete',
        unattributed: 0,
        findings: [],
        strangers: { flows: 0, bytes: 0 },
        names: [],
        requests: [...requests],
        own: hosts.map((host) => [host, `${name}@1.0.0`, 'install', JSON.stringify([['corpus', name]])]),
        others: [['registry.lab.example', 'npm']],
      });
    }
  });
});

function outcomeOf({ run, strangers, names, trusted }: Trial) {
  const { capture, findings, destinations } = run.report;
  const visits = destinations.flatMap(({ host, attributions }) =>
    attributions.map((one) => ({ host, ...one })),
  );
  return {
    code: run.code,
    verdict: capture.verdict,
    unattributed: capture.counts.unattributed,
    findings,
    strangers,
    names,
    requests: trusted.map((request) => request.url),
    own: visits
      .filter((one) => one.package !== null)
      .map(({ host, package: by, lifecycle, why }) => [
        host,
        `${by?.name}@${by?.version}`,
        lifecycle,
        JSON.stringify(why),
      ]),
    others: visits.filter((one) => one.package === null).map(({ host, manager }) => [host, manager]),
  };
}
