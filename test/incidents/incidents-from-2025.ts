import type { Incident } from './incident.js';

/** From 2025 on, the earliest first. */
export const INCIDENTS_FROM_2025: readonly Incident[] = [
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
    slug: 'second-package',
    incident: 'rand-user-agent 2.0.83, 2025',
    runsAt: 'import',
    phase: 'test',
    signs: ['IP', 'NP', 'PM'],
    unlocked: [
      'medium: protocol-port-mismatch + direct-address: 192.0.2.66:27017/http: second-package@1.0.1',
      'medium: protocol-port-mismatch + direct-address: 192.0.2.66:3306/http: second-package@1.0.1',
    ],
    observed: [
      'high: new-destination + first-egress-of-package: registry.lab.example:443/tls: npm',
      'high: protocol-port-mismatch + direct-address + first-egress-of-package: 192.0.2.66:27017/http: second-package@1.0.1',
      'high: protocol-port-mismatch + direct-address + first-egress-of-package: 192.0.2.66:3306/http: second-package@1.0.1',
    ],
    enforced: [
      'high: blocked + new-destination + first-egress-of-package: registry.lab.example: npm',
      'high: first-egress-of-package + blocked + direct-address: 192.0.2.66:3306/none 192.0.2.66:27017/none: second-package@1.0.1',
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
    slug: 'delayed-worm',
    incident: 'SANDWORM_MODE, 2026',
    runsAt: 'import, 48 h after install',
    phase: 'test',
    signs: ['DT', 'DGA', 'AD'],
    isDelayed: true,
    unlocked: [
      'high: dga + risky-tld: ajqugidzoccbfduwro.click atgkxvmbwrzamhpggg.top dmxepgxbslfkfzrdpp.lol fpfvteehizhawopqlq.click hmjllzzokbegvbxfks.sbs: delayed-worm@1.0.1',
      'medium: dns-tunnel: *.backup-channel.example: delayed-worm@1.0.1',
    ],
    observed: [
      'critical: dga + risky-tld + new-destination + first-egress-of-package: ajqugidzoccbfduwro.click atgkxvmbwrzamhpggg.top dmxepgxbslfkfzrdpp.lol fpfvteehizhawopqlq.click hmjllzzokbegvbxfks.sbs: delayed-worm@1.0.1',
      'high: dns-tunnel + new-destination + first-egress-of-package: *.backup-channel.example: delayed-worm@1.0.1',
      'high: first-egress-of-package + new-destination + new-package-for-destination: api.codehost.example:443/tls worker.relay-pages.example:443/tls: delayed-worm@1.0.1',
    ],
    enforced: [
      'critical: dga + risky-tld + blocked + new-destination + first-egress-of-package: ajqugidzoccbfduwro.click atgkxvmbwrzamhpggg.top dmxepgxbslfkfzrdpp.lol fpfvteehizhawopqlq.click hmjllzzokbegvbxfks.sbs: delayed-worm@1.0.1',
      'high: blocked + new-destination + first-egress-of-package: worker.relay-pages.example: delayed-worm@1.0.1',
      'high: blocked: api.codehost.example: delayed-worm@1.0.1',
      'high: dns-tunnel + blocked + new-destination + first-egress-of-package: *.backup-channel.example: delayed-worm@1.0.1',
    ],
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
    slug: 'detached-resolver',
    incident: 'node-ipc 12.0.1, 2026',
    runsAt: 'require; detached child without NODE_OPTIONS',
    phase: 'test',
    signs: ['DT', 'IP', 'RS'],
    unlocked: [
      'high: dns-tunnel: *.node-check.example: detached-resolver@1.0.1',
      'medium: own-resolver + protocol-port-mismatch: 192.0.2.53:443/dns: detached-resolver@1.0.1',
      'medium: own-resolver: 192.0.2.53:53/dns: detached-resolver@1.0.1',
    ],
    observed: [
      'critical: dns-tunnel + new-destination + first-egress-of-package: *.node-check.example: detached-resolver@1.0.1',
      'high: own-resolver + first-egress-of-package: 192.0.2.53:53/dns: detached-resolver@1.0.1',
      'high: own-resolver + protocol-port-mismatch + first-egress-of-package: 192.0.2.53:443/dns: detached-resolver@1.0.1',
    ],
    enforced: [
      'critical: dns-tunnel + blocked + new-destination + first-egress-of-package: *.node-check.example: detached-resolver@1.0.1',
      'high: blocked + direct-address + first-egress-of-package: 192.0.2.53:443/none: detached-resolver@1.0.1',
      'high: own-resolver + first-egress-of-package: 192.0.2.53:53/dns: detached-resolver@1.0.1',
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
