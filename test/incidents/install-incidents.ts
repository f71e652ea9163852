import type { Incident } from './incident.js';

/** Those that act while packages are installed. */
export const INSTALL_INCIDENTS: readonly Incident[] = [
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
    slug: 'reverse-shell',
    incident: 'ethers-provider2, 2025',
    runsAt: 'install',
    phase: 'install',
    signs: ['IP', 'NP'],
    lifecycle: 'install',
    unlocked: ['medium: direct-address: 192.0.2.66:31337/unknown: reverse-shell@1.0.1'],
    observed: [
      'high: direct-address + first-egress-of-package: 192.0.2.66:31337/unknown: reverse-shell@1.0.1',
    ],
    enforced: [
      'high: blocked + direct-address + first-egress-of-package: 192.0.2.66:31337/none: reverse-shell@1.0.1',
    ],
  },
  {
    slug: 'code-host-repository',
    incident: 'nx 21.5.0, 2025',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['AD'],
    lifecycle: 'postinstall',
    unlocked: [],
    observed: ['high: allowed-host-new-package: api.codehost.example:443/tls: code-host-repository@1.0.1'],
    enforced: ['high: blocked: api.codehost.example: code-host-repository@1.0.1'],
  },
  {
    slug: 'scanner-worm',
    incident: '@ctrl/tinycolor 4.1.1, 2025',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['MD', 'AD', 'ND'],
    lifecycle: 'postinstall',
    unlocked: [
      'high: metadata-address + private-address + direct-address: 169.254.169.254:80/http: scanner-worm@1.0.1',
    ],
    observed: [
      'critical: metadata-address + private-address + direct-address + first-egress-of-package: 169.254.169.254:80/http: scanner-worm@1.0.1',
      'high: first-egress-of-package + new-destination + new-package-for-destination: codehost.example:443/tls webhook.drop-site.example:443/tls: scanner-worm@1.0.1',
    ],
    enforced: [
      'critical: metadata-address + private-address + blocked + direct-address + first-egress-of-package: 169.254.169.254:80/none: scanner-worm@1.0.1',
      'high: blocked + new-destination + first-egress-of-package: webhook.drop-site.example: scanner-worm@1.0.1',
      'high: blocked: codehost.example: scanner-worm@1.0.1',
    ],
  },
  {
    slug: 'address-dependency',
    incident: 'PhantomRaven, 2025',
    runsAt: 'HTTP URL dependency, preinstall',
    phase: 'install',
    signs: ['ND', 'PM'],
    culprit: 'ui-styles@1.0.0',
    lifecycle: 'preinstall',
    unlocked: ['medium: protocol-port-mismatch: packages.artifact-store.example:80/http: (npm)'],
    observed: [
      'high: new-destination + first-egress-of-package: in.artifact-store.example:80/http: ui-styles@1.0.0',
      'high: protocol-port-mismatch + new-destination: packages.artifact-store.example:80/http: (npm)',
    ],
    enforced: ['high: blocked + new-destination: packages.artifact-store.example: (npm)'],
  },
  {
    slug: 'clear-text-beacon',
    incident: 'plain-crypto-js 4.2.1 (axios 1.14.1), 2026',
    runsAt: 'postinstall',
    phase: 'install',
    signs: ['ND', 'NP', 'PM'],
    lifecycle: 'postinstall',
    unlocked: [
      'medium: protocol-port-mismatch + beacon: updates.package-check.example:8000/http: clear-text-beacon@1.0.1',
    ],
    observed: [
      'high: protocol-port-mismatch + beacon + new-destination + first-egress-of-package: updates.package-check.example:8000/http: clear-text-beacon@1.0.1',
    ],
    enforced: [
      'high: blocked + new-destination + first-egress-of-package: updates.package-check.example: clear-text-beacon@1.0.1',
    ],
  },
  {
    slug: 'traces-path',
    incident: '@antv, 2026',
    runsAt: 'install',
    phase: 'install',
    signs: ['ND'],
    lifecycle: 'install',
    unlocked: [],
    observed: [
      'high: new-destination + first-egress-of-package: otel.trace-intake.example:443/tls: traces-path@1.0.1',
    ],
    enforced: [
      'high: blocked + new-destination + first-egress-of-package: otel.trace-intake.example: traces-path@1.0.1',
    ],
  },
  {
    slug: 'gyp-expansion',
    incident: 'Miasma, 2026',
    runsAt: '`binding.gyp` command expansion',
    phase: 'install',
    signs: ['AD'],
    lifecycle: 'install',
    unlocked: [],
    observed: [
      'high: first-egress-of-package + new-package-for-destination + allowed-host-new-package: api.codehost.example:443/tls codehost.example:443/tls: gyp-expansion@1.0.1',
    ],
    enforced: [
      'high: blocked: api.codehost.example: gyp-expansion@1.0.1',
      'high: blocked: codehost.example: gyp-expansion@1.0.1',
    ],
  },
  {
    slug: 'unverified-address',
    incident: 'easy-day-js 1.11.22, 2026',
    runsAt: 'postinstall, TLS checks off',
    phase: 'install',
    signs: ['IP', 'NP'],
    lifecycle: 'postinstall',
    unlocked: [
      'medium: direct-address: 192.0.2.66:8000/tls: unverified-address@1.0.1',
      'medium: direct-address: 192.0.2.67:443/tls: unverified-address@1.0.1',
    ],
    observed: [
      'high: first-egress-of-package + direct-address: 192.0.2.66:8000/tls 192.0.2.67:443/tls: unverified-address@1.0.1',
    ],
    enforced: [
      'high: first-egress-of-package + blocked + direct-address: 192.0.2.66:8000/none 192.0.2.67:443/none: unverified-address@1.0.1',
    ],
  },
];
