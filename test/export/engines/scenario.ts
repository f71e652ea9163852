import type { EgressList } from '../../../src/model/egress-list.js';
import type { Lock, LockRow } from '../../../src/model/lock.js';
import type { PolicyRule } from '../../../src/model/policy.js';
import type { Protocol } from '../../../src/model/transport.js';
import { egressList } from '../../../src/policy/egress-list.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { lockRules } from '../../../src/policy/rules/lock-rules.js';
import { destination, record } from '../../report/sample.js';

/* One policy, and questions that a firewall and the policy itself must answer alike. */

const row = (host: string, port: number | null, protocol: Protocol): LockRow => ({
  package: 'left',
  phase: 'test',
  host,
  port,
  protocol,
});

const LOCK: Lock = {
  lockVersion: 1,
  rows: [
    row('198.51.100.7', 443, 'tls'),
    row('2001:db8:1::7', 443, 'tls'),
    row('_metrics.example', 443, 'tls'),
    row('deep.store.example', 443, 'tls'),
    row('git.example', 22, 'ssh'),
    row('gone.example', null, 'dns'),
    row('plain.example', 80, 'http'),
    row('quick.example', 443, 'quic'),
    row('registry.example', 443, 'tls'),
    row('xn--bcher-kva.example', 443, 'tls'),
  ],
};

const rule = (host: string, from: number, to: number, protocol: Protocol): PolicyRule => ({
  origin: 'egresslock.config.yaml, rule 1',
  priority: 100,
  action: 'allow',
  host,
  ports: [{ from, to }],
  protocols: [protocol],
  packages: null,
  phases: null,
});

const RULES: readonly PolicyRule[] = [
  rule('*.store.example', 443, 443, 'tls'),
  rule('ports.example', 8000, 8003, 'tls'),
  rule('198.51.100.128/25', 8080, 8080, 'http'),
];

/** Where the test's own servers live; `git.example` was seen at the second. */
export const SERVER = '198.51.100.20';
export const GIT_SERVER = '198.51.100.22';

/** The list as it is exported. */
export function list(): EgressList {
  return egressList({
    rows: LOCK.rows,
    rules: RULES,
    isOwn: () => true,
    records: [
      {
        ...record(),
        destinations: [
          destination('git.example', 22, { addresses: [GIT_SERVER] }),
          destination('quick.example', 443, { addresses: [SERVER], transport: 'udp', protocol: 'quic' }),
          destination('registry.example', 443, { addresses: [SERVER] }),
        ],
      },
    ],
    phase: null,
    widen: false,
  });
}

export interface Question {
  readonly host: string;
  /** Null for a look-up. */
  readonly port: number | null;
  readonly protocol: Protocol | null;
}

const policy = createPolicy([...RULES, ...lockRules(LOCK)]);

/** What egresslock itself says. */
export function isAllowed({ host, port, protocol }: Question): boolean {
  return policy.decide({ phase: 'test', speaker: { kind: 'any' }, host, port, protocol }).action === 'allow';
}

/** Names near to listed ones, and strangers. */
export const NAMES = [
  'registry.example',
  'REGISTRY.example',
  'a.registry.example',
  'registry.example.evil.example',
  'evilregistry.example',
  'registry.exampl',
  'store.example',
  'a.store.example',
  'a.b.store.example',
  'deep.store.example',
  'a.deep.store.example',
  'astore.example',
  '_metrics.example',
  'metrics.example',
  'xn--bcher-kva.example',
  'plain.example',
  'www.plain.example',
  'ports.example',
  'quick.example',
  'git.example',
  'gone.example',
  'below.gone.example',
  'stranger.example',
  'example',
] as const;
