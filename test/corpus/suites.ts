import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fetchOnce } from './corpus-project.js';

/** A project from the registry whose package holds its own tests. */
export interface Suite {
  readonly name: string;
  readonly version: string;
  /** What its tests need beside its own dependencies. */
  readonly tools: Readonly<Record<string, string>>;
  readonly runner: string;
  /** Makes what its tests need and its package leaves out; run by a shell in its folder. */
  readonly prepare?: string;
  /** Its own test command, told to answer in TAP. */
  readonly command: readonly string[];
  /** Fewest tests that pass without egresslock; fewer means that the suite did not run as it should. */
  readonly atLeast: number;
  /** Tests that the sandbox itself makes fail, with or without the hook. */
  readonly differs?: readonly string[];
}

export const SUITES: readonly Suite[] = [
  {
    name: 'needle',
    version: '3.5.0',
    tools: {
      JSONStream: '1',
      formidable: '1',
      jschardet: '1',
      mocha: '5',
      pump: '3',
      q: '1',
      should: '13',
      sinon: '2',
      xml2js: '0.4',
    },
    runner: 'mocha',
    prepare:
      'mkdir test/keys && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout test/keys/ssl.key -out test/keys/ssl.cert',
    // File by file: in one process, what a late test leaves open on a busy machine fails those of the next files.
    command: [
      'sh',
      '-c',
      'for file in test/*.js; do node node_modules/mocha/bin/mocha --exit --reporter tap "$file"; done',
    ],
    atLeast: 300,
  },
  {
    name: 'hyperquest',
    version: '2.1.3',
    tools: { tape: '5' },
    runner: 'tape',
    command: ['sh', '-c', 'for file in test/*.js; do node "$file"; done'],
    atLeast: 10,
  },
  {
    name: '@fastify/reply-from',
    version: '12.6.5',
    tools: {
      '@fastify/formbody': '9',
      '@fastify/multipart': '10',
      '@sinonjs/fake-timers': '15',
      fastify: '5',
      'form-data': '4',
      h2url: '0.2',
      nock: '14',
      proxy: '4',
      proxyquire: '2',
      split2: '4',
    },
    runner: 'node --test',
    command: ['node', '--test', '--test-reporter=tap', '--test-timeout=30000', '--test-concurrency=4'],
    atLeast: 150,
    // Of an address that never answers: the gateway takes a call that doesn't block before it knows.
    differs: ['returns 504 on undici connect timeout'],
  },
];

/** Lays a suite's project out as a checkout of it with everything installed. Returns its folder. */
export function makeSuiteProject(folder: string, suite: Suite): string {
  const { name, version, tools } = suite;
  const below = name.replace(/\W+/g, '-');
  const modules = join(fetchOnce(`suite${below}`, { '.': { [name]: version, ...tools } }), 'node_modules');
  const project = join(folder, below);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  cpSync(join(modules, name), project, { recursive: true });
  cpSync(modules, join(project, 'node_modules'), { recursive: true });
  if (suite.prepare !== undefined) execFileSync('sh', ['-c', suite.prepare], { cwd: project, stdio: 'pipe' });
  return project;
}

/** Names of the tests that passed, in order of the alphabet, from TAP (testanything.org) with or without subtests. */
export function passed(tap: string): string[] {
  const names = [...tap.matchAll(/^\s*ok \d+(?: -)? (.*)$/gm)].map(([, name = '']) => name);
  return names.filter((name) => !/# (skip|todo)/i.test(name)).toSorted();
}
